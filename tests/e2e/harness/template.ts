import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder in which `demoData` keeps the demonstration for this run. */
    templates: string;
  }
}

/** Before the first test: a place for what test files share. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'qianxing-e2e-templates-'));
  project.provide('templates', folder);
  return () => rm(folder, { recursive: true, force: true });
}
