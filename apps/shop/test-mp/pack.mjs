// Packs a built mini program into one script and one style sheet for a browser: templates compiled by WeChat's own open engine, modules as functions.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { TmplGroup } from 'glass-easel-template-compiler';

/** Built-in tags become elements of their own name, so that the browser's elements are left alone. */
const TAGS =
  'view|text|image|scroll-view|swiper-item|swiper|cover-view|movable-area|movable-view|navigator|rich-text|canvas|button|input|textarea|video|picker-view-column|picker-view|picker|icon|label|switch|slider|progress|form|root-portal|page-container|page-meta'.split(
    '|',
  );
const tagSelector = new RegExp(`(^|[\\s,>+~}{(])(page|${TAGS.join('|')})(?=[\\s.,:>+~{\\[)#]|$)`, 'g');
const tagInTemplate = new RegExp(`<(/?)(${TAGS.join('|')})(?=[\\s/>])`, 'g');
const binding = /\s(mut-bind|capture-bind|capture-catch|bind|catch)([a-zA-Z_][\w-]*)=/g;
const COMPONENT_CSS = /\{[^{}]*\}/g;
const RPX = /(-?\d*\.?\d+)rpx\b/g;

const listFiles = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? listFiles(join(folder, entry.name)) : [join(folder, entry.name)],
  );

/** rpx are 1/750 of the screen's width; only inside declarations, as class names contain the letters too. */
const rpxToCss = (text) => text.replace(RPX, (_, amount) => `calc(${amount} * var(--rpx))`);

function styleSheet(root, path) {
  const source = readFileSync(join(root, path), 'utf8').replace(/@import\s+["']([^"']+)["'];?/g, (_, imported) =>
    styleSheet(root, imported.startsWith('/') ? imported.slice(1) : posix.join(posix.dirname(path), imported)),
  );
  const renamed = source.replace(/([^{}]+)\{/g, (whole, selector) =>
    selector.trim().startsWith('@')
      ? whole
      : `${selector.replace(tagSelector, (_, before, tag) => before + (tag === 'page' ? 'body' : `wx-${tag}`))}{`,
  );
  return renamed.replace(COMPONENT_CSS, rpxToCss);
}

const template = (source) => source.replace(tagInTemplate, '<$1wx-$2').replace(binding, (_, kind, event) => ` ${kind}:${event}=`);

/** @returns {{ script: string, css: string, pages: string[], warnings: string[] }} */
export function packMiniProgram(root) {
  const files = listFiles(root).map((path) => relative(root, path).split(sep).join('/'));
  const read = (path) => readFileSync(join(root, path), 'utf8');
  const app = JSON.parse(read('app.json'));
  const subPackages = app.subPackages ?? app.subpackages ?? [];
  const pages = [...app.pages, ...subPackages.flatMap(({ root: folder, pages: inside }) => inside.map((page) => `${folder}/${page}`))];
  const group = new TmplGroup();
  const warnings = [];
  const components = [];
  const modules = [];
  for (const file of files) {
    const base = file.replace(/\.\w+$/, '');
    if (file.endsWith('.wxml'))
      for (const warning of group.addTmpl(base, template(read(file))) ?? []) warnings.push(`${file}: ${warning.message ?? warning}`);
    if (file.endsWith('.wxs')) group.addScript(base, read(file));
    if (file.endsWith('.js')) modules.push([file, read(file)]);
    if (file.endsWith('.json') && existsSync(join(root, `${base}.js`)) && base !== 'app') components.push([base, JSON.parse(read(file))]);
  }
  const sheets = files.filter((file) => file.endsWith('.wxss') && file !== 'app.wxss');
  const css = [
    existsSync(join(root, 'app.wxss')) ? styleSheet(root, 'app.wxss') : '',
    ...sheets.map((sheet) => styleSheet(root, sheet)),
  ].join('\n');
  const asFunctions = modules.map(([file, source]) => `${JSON.stringify(file)}:function(require,module,exports){${source}\n}`);
  const script = `window.miniProgram={pages:${JSON.stringify(pages)},tabs:${JSON.stringify((app.tabBar?.list ?? []).map(({ pagePath }) => pagePath))},components:${JSON.stringify(components)},modules:{${asFunctions.join(',')}},templates:${group.getTmplGenObjectGroups()}};`;
  return { script, css, pages, warnings };
}
