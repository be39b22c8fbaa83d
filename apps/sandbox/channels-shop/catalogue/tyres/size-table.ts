/**
 * Tyre sizes with their load indices: standard load first, then extra load (XL), 0 where that version is not made.
 * Values follow the metric size tables of ETRTO and GB/T 2978 (passenger car tyres).
 */
const PASSENGER_SIZES = `
145/70R12 69 0, 155/70R12 73 0, 155/65R13 73 0, 165/65R13 77 0, 165/70R13 79 0, 155/80R13 79 0, 175/70R13 82 0,
165/60R14 75 0, 165/65R14 79 0, 165/70R14 81 85, 175/60R14 79 0, 175/65R14 82 86, 175/70R14 84 88, 185/60R14 82 0, 185/65R14 86 0, 185/70R14 88 0, 195/60R14 86 0,
165/60R15 77 81, 165/65R15 81 0, 175/60R15 81 0, 175/65R15 84 88, 185/55R15 82 0, 185/60R15 84 88, 185/65R15 88 92, 195/50R15 82 0, 195/55R15 85 0, 195/60R15 88 0,
195/65R15 91 95, 205/60R15 91 0, 205/65R15 94 99, 205/70R15 96 0, 215/70R15 98 0,
185/55R16 83 87, 195/50R16 84 88, 195/55R16 87 91, 195/60R16 89 0, 205/50R16 87 0, 205/55R16 91 94, 205/60R16 92 96, 205/65R16 95 0, 215/55R16 93 97, 215/60R16 95 99,
215/65R16 98 102, 215/70R16 100 0, 225/50R16 92 0, 225/55R16 95 99, 225/60R16 98 102, 225/70R16 103 0, 235/60R16 100 104, 235/70R16 106 109, 245/70R16 107 111, 265/70R16 112 0,
205/45R17 84 88, 205/50R17 89 93, 205/55R17 91 95, 205/60R17 93 0, 215/45R17 87 91, 215/50R17 91 95, 215/55R17 94 98, 215/60R17 96 100, 215/65R17 99 103, 225/45R17 91 94, 225/50R17 94 98,
225/55R17 97 101, 225/60R17 99 103, 225/65R17 102 106, 235/45R17 94 97, 235/50R17 96 100, 235/55R17 99 103, 235/60R17 102 106, 235/65R17 104 108, 245/40R17 91 95, 245/45R17 95 99,
245/65R17 107 111, 265/65R17 112 116,
215/50R18 92 96, 215/55R18 95 99, 225/40R18 88 92, 225/45R18 91 95, 225/50R18 95 99, 225/55R18 98 102, 225/60R18 100 104, 235/40R18 91 95, 235/45R18 94 98, 235/50R18 97 101, 235/55R18 100 104,
235/60R18 103 107, 235/65R18 106 110, 245/40R18 93 97, 245/45R18 96 100, 245/50R18 100 104, 255/40R18 95 99, 255/45R18 99 103, 255/55R18 105 109, 255/60R18 108 112, 265/60R18 110 114, 265/65R18 114 0,
225/40R19 89 93, 225/45R19 92 96, 225/55R19 99 103, 235/35R19 87 91, 235/40R19 92 96, 235/45R19 95 99, 235/50R19 99 103, 235/55R19 101 105, 245/35R19 89 93, 245/40R19 94 98, 245/45R19 98 102, 245/50R19 101 105,
255/35R19 92 96, 255/40R19 96 100, 255/45R19 100 104, 255/50R19 103 107, 265/50R19 106 110, 275/35R19 96 100, 275/40R19 101 105,
235/45R20 96 100, 235/50R20 100 104, 245/35R20 91 95, 245/40R20 95 99, 245/45R20 99 103, 245/50R20 102 105, 255/35R20 93 97, 255/40R20 97 101, 255/45R20 101 105, 255/50R20 105 109, 255/55R20 107 110,
265/45R20 104 108, 265/50R20 107 111, 275/35R20 98 102, 275/40R20 102 106, 275/45R20 106 110, 275/55R20 113 117,
245/40R21 96 100, 255/40R21 98 102, 255/45R21 102 106, 265/40R21 101 105, 265/45R21 104 108, 275/35R21 99 103, 275/45R21 107 110, 285/45R21 109 113
`;

/** Commercial (C) sizes: single load index, dual load index. */
const COMMERCIAL_SIZES = `
165/70R14 89 87, 175/65R14 90 88, 175/70R14 95 93, 185/80R14 102 100, 195/75R14 106 104, 195/70R15 104 102, 205/70R15 106 104, 215/70R15 109 107, 225/70R15 112 110,
185/75R16 104 102, 195/75R16 107 105, 195/65R16 104 102, 205/65R16 107 105, 205/75R16 110 108, 215/65R16 109 107, 215/75R16 116 114, 225/65R16 112 110, 225/75R16 121 120, 235/65R16 115 113,
215/60R17 109 107, 235/60R17 117 115
`;

export interface SizeEntry {
  readonly widthMm: number;
  readonly aspectPercent: number;
  readonly rimInch: number;
  /** Standard load for a passenger size, single load for a commercial one. */
  readonly firstIndex: number;
  /** Extra load for a passenger size, dual load for a commercial one; 0 when not made. */
  readonly secondIndex: number;
}

function parseTable(text: string): ReadonlyMap<string, SizeEntry> {
  const table = new Map<string, SizeEntry>();
  for (const row of text.split(',')) {
    const match = /^\s*((\d{3})\/(\d{2})R(\d{2})) (\d{2,3}) (\d{1,3})\s*$/.exec(row);
    if (!match) throw new Error(`size table: cannot read "${row.trim()}"`);
    const [, size = '', width, aspect, rim, first, second] = match;
    if (table.has(size)) throw new Error(`size table: ${size} stands twice`);
    table.set(size, {
      widthMm: Number(width),
      aspectPercent: Number(aspect),
      rimInch: Number(rim),
      firstIndex: Number(first),
      secondIndex: Number(second),
    });
  }
  return table;
}

export const PASSENGER_TABLE = parseTable(PASSENGER_SIZES);
export const COMMERCIAL_TABLE = parseTable(COMMERCIAL_SIZES);

/** Load index to kilograms for 65 to 125 (ISO 4000-1, annex). */
const LOAD_KILOGRAMS = [
  290, 300, 307, 315, 325, 335, 345, 355, 365, 375, 387, 400, 412, 425, 437, 450, 462, 475, 487, 500, 515, 530, 545, 560, 580, 600, 615,
  630, 650, 670, 690, 710, 730, 750, 775, 800, 825, 850, 875, 900, 925, 950, 975, 1000, 1030, 1060, 1090, 1120, 1150, 1180, 1215, 1250,
  1285, 1320, 1360, 1400, 1450, 1500, 1550, 1600, 1650,
];

export function loadKilograms(loadIndex: number): number | undefined {
  return LOAD_KILOGRAMS[loadIndex - 65];
}

/** Speed symbols of ISO 4000-1 in kilometres per hour. */
const SPEED_KILOMETRES: Readonly<Record<string, number>> = { Q: 160, R: 170, S: 180, T: 190, H: 210, V: 240, W: 270, Y: 300 };

export function speedKilometres(symbol: string): number | undefined {
  return SPEED_KILOMETRES[symbol];
}

/** Outer diameter of the new tyre in millimetres. */
export function outerDiameterMm(size: { widthMm: number; aspectPercent: number; rimInch: number }): number {
  return Math.round(size.rimInch * 25.4 + (2 * size.widthMm * size.aspectPercent) / 100);
}
