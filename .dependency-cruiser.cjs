// The arrows of the house. Arrows point down only: apps → services → platform; services → protocols; protocols → platform/money.
// Every rule is one sentence of CONTRIBUTING.md; tests/house plants a violation of each kind and expects it to be found.

const workspace = '^((?:apps|services|platform|protocols)/[^/]+|bench|tests)/';
const ours = '^(apps|services|platform|protocols|bench|tests)/';
const test = '([.]test|-for-tests)[.]ts$|^(tests|bench)/|^[^/]+/[^/]+/testing/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'platform-knows-no-commerce',
      comment: 'The platform is what every service stands on; it knows neither services nor protocols nor applications.',
      severity: 'error',
      from: { path: '^platform/' },
      to: { path: '^(apps|services|protocols|bench|tests)/' },
    },
    {
      name: 'protocols-stand-alone',
      comment: 'A protocol speaks somebody else’s format and must be usable without this house: it may use platform/money only.',
      severity: 'error',
      from: { path: '^protocols/([^/]+)/' },
      to: { path: ours, pathNot: ['^protocols/$1/', '^platform/money/'] },
    },
    {
      name: 'services-do-not-look-up',
      comment: 'A service is wired by an application; it never imports one.',
      severity: 'error',
      from: { path: '^services/' },
      to: { path: '^(apps|bench|tests)/' },
    },
    {
      name: 'services-meet-at-contracts',
      comment: 'A service may import another’s contract (@qianxing/<service>/contract) and calls it through its own needs.ts.',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: ['^services/$1/', '^services/[^/]+/contract[.]ts$'] },
    },
    {
      name: 'applications-are-separate',
      comment: 'Applications meet over the network only.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^(apps|bench|tests)/', pathNot: '^apps/$1/' },
    },
    {
      name: 'sandbox-verifies-by-itself',
      comment: 'The sandbox checks our protocol clients with verifiers of its own; sharing code would make both wrong together.',
      severity: 'error',
      from: { path: '^apps/sandbox/' },
      to: { path: '^(protocols|services)/' },
    },
    {
      name: 'doors-not-windows',
      comment: 'Another workspace is entered by its package name and its exports, never by a relative path.',
      severity: 'error',
      from: { path: workspace },
      to: { path: ours, pathNot: '^$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'pure-core',
      comment: 'model.ts and rules.ts decide; they do no input or output and know no store, route or clock of the machine.',
      severity: 'error',
      from: { path: '^services/.+/(model|rules)[.]ts$' },
      to: {
        path: [
          '/(store|reactions|jobs)[.]ts$',
          '/routes/',
          'node_modules/(kysely|fastify|undici)/',
          '^(node:)?(fs|net|http|https|child_process)(/|$)',
        ],
      },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or a third is missing. Types alone may refer to each other.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-product-on-tests',
      comment: 'What runs in production imports no test.',
      severity: 'error',
      from: { pathNot: test },
      to: { path: test },
    },
    {
      name: 'no-development-package-in-product',
      comment: 'What runs in production may not need a development dependency.',
      severity: 'error',
      from: { path: '^(apps|services|platform|protocols)/', pathNot: test },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'declared-packages-only',
      comment: 'A package is declared where it is used; hoisting is an accident.',
      severity: 'error',
      from: { path: workspace, pathNot: test },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that leads nowhere; often an inner file that the other package does not export.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|[.]types)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default', 'node'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
};
