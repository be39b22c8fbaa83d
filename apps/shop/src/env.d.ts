/// <reference types="vite/client" />

declare module '*.vue' {
  import type { DefineComponent } from 'vue';
  const component: DefineComponent<object, object, unknown>;
  export default component;
}

declare module 'uno.css';

interface ImportMetaEnv {
  /** Origin of the server for builds that are not served by it (mini program, App). Empty on H5: same origin. */
  readonly VITE_QIANXING_ORIGIN?: string;
}
