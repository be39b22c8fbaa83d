import { STATUS_CODES } from 'node:http';
import { fillMessage, type Problem, type ProblemCatalogue, type ProblemDefinition, platformProblems } from '@qianxing/errors';
import type { Language } from './handler';

/** RFC 9457 problem document with a stable code and both languages. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly messageZh: string;
  readonly messageEn: string;
  /** The message in the language of the caller. */
  readonly detail: string;
  /** JSON pointer of the field at fault. */
  readonly path?: string;
  readonly params?: Readonly<Record<string, string | number>>;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly requestId: string;
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

const INTERNAL = 'request.internal';

/** All catalogues as one. @throws Error if two areas define one code differently */
export function mergeCatalogues(catalogues: readonly ProblemCatalogue[]): ReadonlyMap<string, ProblemDefinition> {
  const merged = new Map<string, ProblemDefinition>(Object.entries(platformProblems.catalogue));
  for (const catalogue of catalogues)
    for (const [code, definition] of Object.entries(catalogue)) {
      const known = merged.get(code);
      if (known !== undefined && known !== definition) throw new Error(`problem code defined twice: ${code}`);
      merged.set(code, definition);
    }
  return merged;
}

/** A code that no catalogue knows becomes `request.internal`: it is a defect of ours, and nothing unexplained leaves the house. */
export function problemDocument(
  catalogue: ReadonlyMap<string, ProblemDefinition>,
  problem: Problem,
  language: Language,
  requestId: string,
): ProblemDocument {
  const known = catalogue.get(problem.code);
  const code = known === undefined ? INTERNAL : problem.code;
  const definition = known ?? platformProblems.catalogue[INTERNAL];
  if (definition === undefined) throw new Error('the platform catalogue lacks request.internal');
  const params = code === INTERNAL ? { requestId } : problem.params;
  const messageZh = fillMessage(definition.zh, params, 'zh');
  const messageEn = fillMessage(definition.en, params, 'en');
  return {
    type: `urn:qianxing:problem:${code}`,
    title: STATUS_CODES[definition.status] ?? 'Error',
    status: definition.status,
    code,
    messageZh,
    messageEn,
    detail: language === 'en' ? messageEn : messageZh,
    ...(problem.path === undefined || known === undefined ? {} : { path: problem.path }),
    ...(params === undefined ? {} : { params }),
    ...(problem.details === undefined || known === undefined ? {} : { details: problem.details }),
    requestId,
  };
}
