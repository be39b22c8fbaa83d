/** JSON text in which strings of the form `@@123` come out as bare numbers: 64-bit ids that JavaScript numbers cannot hold. */
export const withBareNumbers = (value: unknown): string => JSON.stringify(value).replace(/"@@(\d+)"/g, '$1');
