/** Gives a person a JSON file: a download in browsers, elsewhere the text on the clipboard. */
export function saveJson(name: string, value: unknown): void {
  const text = JSON.stringify(value, null, 2);
  // #ifdef H5
  download(name, URL.createObjectURL(new Blob([text], { type: 'application/json' })));
  // #endif
  // #ifndef H5
  void name;
  uni.setClipboardData({ data: text });
  // #endif
}

/** A browser download. */
export function download(name: string, url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.appendChild(link);
  link.click();
  link.remove();
  if (url.startsWith('blob:')) setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
