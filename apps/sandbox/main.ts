import { startSandbox } from './sandbox';

const port = Number(process.env.SANDBOX_PORT ?? 7400);
const dataDirectory = process.env.SANDBOX_DATA;
const publicUrl = process.env.SANDBOX_PUBLIC_URL;
const channelsShop = process.env.SANDBOX_CHANNELS_PUSH_URL;
const miniProgram = process.env.SANDBOX_MINI_PROGRAM_PUSH_URL;
const beginEarlierMs = Number(process.env.SANDBOX_BEGIN_EARLIER_MS ?? 0);
const sandbox = await startSandbox({
  port,
  ...(dataDirectory === undefined ? {} : { dataDirectory }),
  ...(publicUrl === undefined ? {} : { publicUrl }),
  ...(beginEarlierMs > 0 ? { beginEarlierMs } : {}),
  callbacks: { ...(channelsShop === undefined ? {} : { channelsShop }), ...(miniProgram === undefined ? {} : { miniProgram }) },
});
process.stdout.write(`sandbox ready: ${sandbox.url}\n`);

const stop = () => {
  sandbox.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
