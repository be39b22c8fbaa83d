import { binary, bytesOf, insertRows, integerOf, type LogDatabase, textOf } from '../writer/sql';

/** The largest tree of a log that the witness has cosigned. */
export interface WitnessState {
  readonly size: bigint;
  readonly root: Uint8Array;
  /** The cosigned checkpoint. */
  readonly note: string;
}

export interface WitnessStore {
  latest(origin: string): Promise<WitnessState | undefined>;
  /** Replaces exactly the state that was read, durably, or answers false and changes nothing. */
  advance(origin: string, from: WitnessState | undefined, to: WitnessState): Promise<boolean>;
}

/** Witness state in a database with `witnessMigrations`; any number of witness processes may share it. */
export function witnessStore(database: LogDatabase): WitnessStore {
  return {
    async latest(origin) {
      const [row] = await database.reading.query('SELECT size, root, note FROM witnessLog WHERE origin = ?', [origin]);
      return row && { size: BigInt(integerOf(row.size)), root: bytesOf(row.root), note: textOf(row.note) };
    },
    advance: (origin, from, to) =>
      database.transaction(async (sql) => {
        const values = [Number(to.size), binary(to.root), to.note];
        if (from === undefined)
          return (await insertRows(sql, 'witnessLog', ['origin', 'size', 'root', 'note'], [[origin, ...values]], 'skip')) === 1;
        const update = 'UPDATE witnessLog SET size = ?, root = ?, note = ? WHERE origin = ? AND size = ? AND root = ?';
        return (await sql.execute(update, [...values, origin, Number(from.size), binary(from.root)])).affectedRows === 1;
      }),
  };
}
