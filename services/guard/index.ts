import { defineService, type Platform, type Service } from '@qianxing/service';
import { guardChecks } from './checks';
import { createContext, type GuardOptions } from './context';
import type { GuardApi } from './contract';
import { guardJobs } from './jobs';
import { guard } from './migrations/0001-guard';
import type { GuardNeeds } from './needs';
import { guardProblems } from './problems';
import { judgePlan } from './publication';
import { guardReactions } from './reactions';
import { judgementRoutes } from './routes/judgements';
import { ruleRoutes } from './routes/rules';
import { signOffRoutes } from './routes/sign-offs';
import { taxRoutes } from './routes/tax';

/** The compliance engine: judges plans, draws, wording and settings by signed rule packs. See README.md. */
export function createGuardService(platform: Platform, needs: GuardNeeds, options: GuardOptions = {}): Service<GuardApi> {
  const context = createContext(platform, needs, options);
  return defineService<GuardApi>({
    name: 'guard',
    migrations: [guard],
    problems: guardProblems,
    routes: [...ruleRoutes(context), ...judgementRoutes(context), ...signOffRoutes(context), ...taxRoutes()],
    reactions: guardReactions(context),
    jobs: guardJobs(context),
    checks: guardChecks(context),
    api: { judgePlan: (request) => judgePlan(context, request) },
  });
}
