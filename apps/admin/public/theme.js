// Runs before the first paint so that a dark console never flashes white.
(() => {
  let theme = 'system';
  let language = 'zh';
  try {
    theme = localStorage.getItem('qianxing.admin.theme') || theme;
    language = localStorage.getItem('qianxing.admin.language') || language;
  } catch {
    // storage may be forbidden: the defaults hold
  }
  const dark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.classList.toggle('dark', dark);
  document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN';
})();
