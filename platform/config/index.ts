export { type Field, fieldsOf, SecretText, Section } from './fields';
export { type ConfigurationFault, describeFaults, type Loaded, loadConfiguration, type Sources } from './load';
export { maskSecrets } from './mask';
export { refuseDefaultSecrets } from './production';
export { loadServerConfiguration, type ServerSources } from './server';
export { type Credentials, SERVICE_NAMES, type ServerConfiguration, ServerSchema, type ServiceName } from './server-schema';
