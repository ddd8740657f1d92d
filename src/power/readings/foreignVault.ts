import { readPace, rememberingLogs } from "../foreign/openPlace.js";
import type { ForeignReport } from "../foreign/report.js";
import { survey } from "../foreign/survey.js";
import type { AuditInput } from "../world/auditInput.js";
import type { World } from "../world/world.js";

/** Whoever wrote it knows what it does with what is in it; whoever reads its guards does not. */
const NEVER_PROVEN =
  "The vault is somebody else's: who rules it was looked for, and what its own code does is not known. So this is never proven.";

/**
 * Who rules a vault of somebody else's, and what of it is somebody's alone; undefined where it is ours. What the
 * DAO's own contracts do there is nobody's alone.
 */
export async function surveyVault(
  input: AuditInput,
  { addresses, accounts, parts }: World,
  identities: ReadonlyMap<string, string>,
): Promise<ForeignReport | undefined> {
  if (addresses.example !== undefined || addresses.pool !== undefined) return undefined;
  const { snapshot, provider, safeProvider = provider } = input;
  const readCopy = (method: string, params: readonly unknown[]): Promise<unknown> => snapshot.request(method, params);
  const block = await snapshot.blockNumber();
  const report = await survey({
    place: {
      ...{ snapshot, provider, safeProvider },
      ...(input.safeBlock !== undefined && { safeBlock: input.safeBlock }),
      readLogs: input.readLogs ?? rememberingLogs(readCopy, 0, block),
      secondsPerBlock: await readPace(readCopy, block),
    },
    listed: [{ name: "the vault", address: addresses.vault }],
    accounts,
    // What the DAO's own contracts do is judged with everything else.
    ends: new Set(parts.map(({ address }) => address)),
    identities,
  });
  return { ...report, gaps: [NEVER_PROVEN, ...report.gaps] };
}
