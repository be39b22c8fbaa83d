/** Gives a person a JSON file; see `saveText`. */
export const saveJson = (name: string, value: unknown): void => saveText(name, JSON.stringify(value, null, 2), 'application/json');

/** Gives a person a text file: a download in browsers, elsewhere the text on the clipboard. */
export function saveText(name: string, text: string, type = 'text/plain'): void {
  // #ifdef H5
  download(name, URL.createObjectURL(new Blob([text], { type })));
  // #endif
  // #ifndef H5
  void [name, type];
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
