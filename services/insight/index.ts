import { defineService, type Platform, type Service } from '@qianxing/service';
import type { InsightNeeds } from './needs';
import { insightProblems } from './problems';
import { staffRoutes } from './routes/staff';

export type { InsightNeeds } from './needs';

/** The back office's dashboard. Owns no tables: every figure is asked of the service that owns it. See README.md. */
export function createInsightService(platform: Pick<Platform, 'clock'>, needs: InsightNeeds): Service<undefined> {
  return defineService<undefined>({
    name: 'insight',
    migrations: [],
    problems: insightProblems,
    routes: staffRoutes(platform, needs),
    reactions: [],
    jobs: [],
    checks: [],
    api: undefined,
  });
}
