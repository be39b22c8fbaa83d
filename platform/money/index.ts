export { addFen, FEN_MAX, type Fen, fen, formatFen, formatYuan, isFen, parseYuan, subtractFen, sumFen } from './fen';
export { BP_WHOLE, type Bp, bp, shareOf } from './rate';
export { largestRemainder } from './shares';
