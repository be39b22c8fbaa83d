import { ok } from '@qianxing/errors';
import { implement, type ResponseOf, type Route } from '@qianxing/http';
import { guardContract } from '../contract';
import { fail } from '../problems';
import {
  filingDays,
  mayBeVatExempt,
  prizeTax,
  shouldRegister,
  type WithheldMonth,
  withholdCumulatively,
  withholdPerPayment,
} from '../tax/rules';
import { china2025 } from '../tax/tables';

type Preview = ResponseOf<typeof guardContract.taxPreview>;

export function taxRoutes(): Route[] {
  return [
    implement(guardContract.taxPreview, async ({ body }) => {
      switch (body.kind) {
        case 'cumulative': {
          const months = body.months.map(({ month }) => month);
          if (months.some((month, position) => position > 0 && month <= (months[position - 1] ?? ''))) return fail('monthsNotAscending');
          return ok(preview(withholdCumulatively(body.months)));
        }
        case 'per_payment':
          return ok(preview([withheld(body.month, body.incomeFen, withholdPerPayment(body.incomeFen))]));
        case 'prize':
          return ok(prizePreview(body));
        default:
          return body satisfies never;
      }
    }),
  ];
}

const withheld = (month: string, incomeFen: number, taxFen: number): WithheldMonth => ({
  month,
  incomeFen,
  taxFen,
  netFen: incomeFen - taxFen,
});

/** Where the operator bears the tax, the winner gets the whole prize and the gross is both together. */
function prizePreview({
  month,
  form,
  valueFen,
  borneBy,
}: {
  month: string;
  form: 'cash' | 'goods' | 'service' | 'coupon';
  valueFen: number;
  borneBy: 'winner' | 'operator';
}): Preview {
  const taxFen = prizeTax(form, valueFen, borneBy);
  return preview([withheld(month, borneBy === 'winner' ? valueFen : valueFen + taxFen, taxFen)]);
}

function preview(months: readonly WithheldMonth[]): Preview {
  const lastYear = months.slice(-12).reduce((sum, { incomeFen }) => sum + incomeFen, 0);
  return {
    items: months.map(({ month, incomeFen, taxFen, netFen }) => ({
      ...{ month, grossFen: incomeFen, taxFen, netFen },
      vatMayBeExempt: mayBeVatExempt(incomeFen),
      ...filingDays(month),
    })),
    registerBusiness: shouldRegister(lastYear),
    keepYears: china2025.keepYears,
  };
}
