export { type KeyMaterial, newKeyMaterial, type SandboxCredentials } from './credentials';
export { type Sandbox, type SandboxOptions, startSandbox } from './sandbox';
