import type { VehicleSeed } from './model';

/** Generic cars, one a line: maker | model | first year - last year | sizes. No real makes or models. */
const ROWS = `
`;
export const VEHICLES: readonly VehicleSeed[] = ROWS.trim() === '' ? [] : [];
