import type tokens from '../../../design/tokens.json';
import type icons from './icons.json';

export function tokenStyles(values: typeof tokens): string;
export function iconStyles(values: typeof icons): string;
