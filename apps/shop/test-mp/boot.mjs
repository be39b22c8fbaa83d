// Runs in the browser: boots the packed mini program on WeChat's open component engine with a stand-in for `wx`.
import * as adapter from 'glass-easel-miniprogram-adapter';

/** Mini programs know their global object by this name. */
window.global = window;
const { glassEasel } = adapter;
const { pages, tabs, components, modules, templates } = window.miniProgram;
const settings = window.miniProgramSettings;
const log = { calls: [], errors: [] };
window.miniProgramLog = log;
/** The framework catches what components throw and prints it. */
const { error: printError } = console;
console.error = (...given) => {
  for (const one of given) if (one instanceof Error) log.errors.push(String(one.stack));
  printError(...given);
};
window.addEventListener('error', ({ error, message }) => log.errors.push(String(error?.stack ?? message)));
window.addEventListener('unhandledrejection', ({ reason }) => log.errors.push(String(reason?.stack ?? reason)));
const toCss = (text) => String(text).replace(/(-?\d*\.?\d+)rpx\b/g, (_, amount) => `calc(${amount} * var(--rpx))`);

// ---- inline styles may be in rpx too ------------------------------------------------------------------------------------------------

const setAttribute = Element.prototype.setAttribute;
Element.prototype.setAttribute = function set(name, value) {
  return setAttribute.call(this, name, name === 'style' ? toCss(value) : value);
};
const cssText = Object.getOwnPropertyDescriptor(CSSStyleDeclaration.prototype, 'cssText');
Object.defineProperty(CSSStyleDeclaration.prototype, 'cssText', {
  ...cssText,
  set: function set(value) {
    cssText.set.call(this, toCss(value));
  },
});

/** WeChat's events are plain objects; the engine hands over a shadow of the event, and the framework only believes what is the object's own. */
const { wrapShadowedEvent } = glassEasel.Event.prototype;
glassEasel.Event.prototype.wrapShadowedEvent = function wrap(...given) {
  const shadow = wrapShadowedEvent.apply(this, given);
  shadow.detail = this.detail;
  return shadow;
};

// ---- elements that stand in for WeChat's -------------------------------------------------------------------------------------------

class Picture extends HTMLElement {
  static observedAttributes = ['src', 'mode'];
  connectedCallback() {
    this.inner ??= this.appendChild(document.createElement('img'));
    this.attributeChangedCallback();
  }
  attributeChangedCallback() {
    if (this.inner === undefined) return;
    const source = this.getAttribute('src');
    if (source !== null && this.inner.getAttribute('src') !== source) this.inner.src = source;
    this.inner.style.cssText = `display:block;width:100%;height:${this.getAttribute('mode') === 'widthFix' ? 'auto' : '100%'};object-fit:${this.getAttribute('mode') === 'aspectFit' ? 'contain' : 'cover'}`;
  }
}
class Field extends HTMLElement {
  static observedAttributes = ['value', 'placeholder'];
  connectedCallback() {
    this.inner ??= this.appendChild(document.createElement('input'));
    this.attributeChangedCallback();
    this.inner.addEventListener('input', (event) => {
      event.stopPropagation();
      glassEasel.Event.triggerEvent(this.__wxElement, 'input', { value: this.inner.value, cursor: 0, keyCode: 0 }, { bubbles: false });
    });
  }
  attributeChangedCallback() {
    if (this.inner === undefined) return;
    this.inner.value = this.getAttribute('value') ?? '';
    this.inner.placeholder = this.getAttribute('placeholder') ?? '';
  }
}
customElements.define('wx-image', Picture);
customElements.define('wx-input', Field);
customElements.define('wx-textarea', class extends Field {});

// ---- wx ----------------------------------------------------------------------------------------------------------------------------

const storage = new Map(Object.entries(settings.storage ?? {}));
log.stored = () => [...storage.entries()];
const answered = (options, value = {}) => {
  queueMicrotask(() => {
    options?.success?.({ errMsg: 'ok', ...value });
    options?.complete?.({ errMsg: 'ok', ...value });
  });
};
const system = {
  platform: 'devtools',
  brand: 'devtools',
  model: 'test',
  system: 'test',
  SDKVersion: '3.9.0',
  version: '8.0.0',
  language: settings.language ?? 'zh_CN',
  theme: settings.theme ?? 'light',
  pixelRatio: window.devicePixelRatio,
  windowWidth: window.innerWidth,
  windowHeight: window.innerHeight,
  screenWidth: window.innerWidth,
  screenHeight: window.innerHeight,
  statusBarHeight: 20,
  safeArea: {
    top: 20,
    left: 0,
    right: window.innerWidth,
    bottom: window.innerHeight,
    width: window.innerWidth,
    height: window.innerHeight - 20,
  },
};
const launch = { path: settings.page, query: settings.query ?? {}, scene: 1001, referrerInfo: {} };

function request({ url, method = 'GET', data, header = {}, success, fail, complete }) {
  const body = method === 'GET' || data === undefined ? undefined : typeof data === 'string' ? data : JSON.stringify(data);
  fetch(url, { method, body, headers: header })
    .then(async (answer) => {
      const value = {
        statusCode: answer.status,
        data: await answer.text(),
        header: Object.fromEntries(answer.headers.entries()),
        errMsg: 'request:ok',
      };
      success?.(value);
      complete?.(value);
    })
    .catch((error) => {
      fail?.({ errMsg: `request:fail ${error}` });
      complete?.({ errMsg: 'request:fail' });
    });
  return { abort() {} };
}

const known = {
  getSystemInfoSync: () => system,
  getWindowInfo: () => system,
  getDeviceInfo: () => system,
  getAppBaseInfo: () => system,
  getSystemSetting: () => system,
  getAppAuthorizeSetting: () => ({}),
  getMenuButtonBoundingClientRect: () => ({
    top: 24,
    bottom: 56,
    left: window.innerWidth - 95,
    right: window.innerWidth - 8,
    width: 87,
    height: 32,
  }),
  getLaunchOptionsSync: () => launch,
  getEnterOptionsSync: () => launch,
  getAccountInfoSync: () => ({ miniProgram: { appId: 'test' } }),
  canIUse: () => true,
  getStorageSync: (key) => storage.get(key) ?? '',
  setStorageSync: (key, value) => void storage.set(key, value),
  removeStorageSync: (key) => void storage.delete(key),
  getStorageInfoSync: () => ({ keys: [...storage.keys()] }),
  setStorage: ({ key, data, ...options }) => {
    storage.set(key, data);
    answered(options);
  },
  request,
  navigateTo: (options) => open(options),
  redirectTo: (options) => open(options, 'replace'),
  switchTab: (options) => open(options, 'tab'),
  reLaunch: (options) => open(options, 'tab'),
  navigateBack: (options) => back(options),
  createSelectorQuery: () => {
    const query = {
      in: () => query,
      select: () => query,
      selectAll: () => query,
      selectViewport: () => query,
      boundingClientRect: () => query,
      scrollOffset: () => query,
      fields: () => query,
      node: () => query,
      exec: (done) => done?.([]),
    };
    return query;
  },
  createIntersectionObserver: () => ({
    relativeTo() {
      return this;
    },
    relativeToViewport() {
      return this;
    },
    observe() {},
    disconnect() {},
  }),
  createAnimation: () => ({ export: () => ({}) }),
  nextTick: (work) => setTimeout(work, 0),
  login: (options) => answered(options, { code: 'login-code' }),
};
/** Noted, and answered with success. */
const noted =
  'showToast hideToast showModal showLoading hideLoading setNavigationBarTitle setNavigationBarColor setTabBarItem setTabBarStyle setTabBarBadge removeTabBarBadge setBackgroundColor stopPullDownRefresh setClipboardData requestPayment requestMerchantTransfer saveImageToPhotosAlbum pageScrollTo'.split(
    ' ',
  );
for (const name of noted)
  known[name] = (options) => {
    log.calls.push([name, { ...options }]);
    answered(options, name === 'showModal' ? { confirm: true } : {});
  };
for (const name of ['navigateTo', 'redirectTo', 'switchTab', 'reLaunch', 'navigateBack']) {
  const go = known[name];
  known[name] = (options) => {
    log.calls.push([name, options?.url ?? '']);
    return go(options);
  };
}
/** Nothing of the kind ever happens here. */
for (const name of 'onNetworkStatusChange onThemeChange onAppShow onAppHide onError onUnhandledRejection onPageNotFound onWindowResize offWindowResize onMemoryWarning'.split(
  ' ',
))
  known[name] = () => undefined;
known.downloadFile = ({ url, header, success, fail }) => {
  fetch(url, { headers: header })
    .then(async (answer) => success?.({ statusCode: answer.status, tempFilePath: URL.createObjectURL(await answer.blob()) }))
    .catch((error) => fail?.({ errMsg: `downloadFile:fail ${error}` }));
};
window.wx = known;

// ---- components --------------------------------------------------------------------------------------------------------------------

const environment = new adapter.MiniProgramEnv();
const codeSpace = environment.createCodeSpace('main', true);
codeSpace.getComponentSpace().updateComponentOptions({ useMethodCallerListeners: true, writeIdToDOM: true });
const backend = environment.associateBackend();
backend.registerStyleSheetContent('app', document.getElementById('mini-program-css').textContent);
codeSpace.addStyleSheet('app', 'app');
for (const [path, configuration] of components) {
  codeSpace.addComponentStaticConfig(path, { ...configuration, component: true, styleIsolation: 'shared' });
  codeSpace.addCompiledTemplate(path, { groupList: templates, content: templates[path] });
}

let current;
/** The framework wraps the constructors once: they have to stay the same functions. */
window.Component = (definition) => current.Component(definition);
window.Page = (definition) => current.Page(definition);
window.Behavior = (definition) => current.Behavior(definition);
window.App = (definition) => {
  window.theApp = Object.assign(definition, { globalData: definition.globalData ?? {} });
};
window.getApp = () => window.theApp;
const stack = [];
window.getCurrentPages = () => stack.map(({ instance }) => instance);

const loaded = new Map();
function load(path) {
  const known = loaded.get(path);
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded.set(path, module);
  const factory = modules[path];
  if (factory === undefined) throw new Error(`no module ${path}`);
  factory((wanted) => load(resolve(path, wanted)), module, module.exports);
  return module.exports;
}
function resolve(from, wanted) {
  const parts = wanted.startsWith('/') ? [] : from.split('/').slice(0, -1);
  for (const part of wanted.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  const path = parts.join('/');
  return path.endsWith('.js') ? path : `${path}.js`;
}

// ---- pages -------------------------------------------------------------------------------------------------------------------------

const place = document.getElementById('root');
const queryOf = (search) => Object.fromEntries(new URLSearchParams(search));

function show(path, query) {
  const root = backend.createRoot('div', codeSpace, path);
  const frame = document.createElement('div');
  const placeholder = document.createElement('div');
  frame.appendChild(placeholder);
  place.appendChild(frame);
  const instance = root.get();
  Object.assign(instance, { route: path, options: query, __route__: path });
  stack.push({ instance, root, frame, path });
  root.attach(frame, placeholder);
  instance.onLoad?.(query);
  instance.onShow?.();
  root.getComponent().triggerLifetime('ready', []);
  instance.onReady?.();
}
function drop() {
  const { instance, root, frame } = stack.pop();
  instance.onUnload?.();
  root.release();
  frame.remove();
}
function open(options, how = 'push') {
  const [path, search = ''] = options.url.replace(/^\//, '').split('?');
  if (!pages.includes(path)) {
    options.fail?.({ errMsg: `page not found: ${path}` });
    log.errors.push(`page not found: ${path}`);
    return;
  }
  if (how === 'push' && tabs.includes(path)) {
    options.fail?.({ errMsg: 'can not navigateTo a tabbar page' });
    return;
  }
  if (how === 'replace') drop();
  if (how === 'tab') while (stack.length > 0) drop();
  const covered = stack[stack.length - 1];
  if (covered !== undefined) {
    covered.frame.style.display = 'none';
    covered.instance.onHide?.();
  }
  show(path, queryOf(search));
  answered(options);
}
function back(options) {
  drop();
  const uncovered = stack[stack.length - 1];
  uncovered.frame.style.display = '';
  uncovered.instance.onShow?.();
  answered(options);
}
window.openPage = (url) => open({ url }, tabs.includes(url.replace(/^\//, '').split('?')[0]) ? 'tab' : 'push');

try {
  load('app.js');
  window.theApp.onLaunch?.(launch);
  window.theApp.onShow?.(launch);
  for (const [path] of components)
    codeSpace.componentEnv(path, (constructors) => {
      current = constructors;
      load(`${path}.js`);
    });
  backend._$.onEvent((target, type, detail, options) => {
    const event = new glassEasel.Event(type, detail, options);
    glassEasel.Event.dispatchEvent(target, event);
    return event.defaultPrevented() ? glassEasel.EventBubbleStatus.NoDefault : glassEasel.EventBubbleStatus.Normal;
  });
  window.openPage(`/${settings.page}`);
  window.miniProgramReady = true;
} catch (error) {
  log.errors.push(String(error?.stack ?? error));
}
