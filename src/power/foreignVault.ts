import { readPace, rememberingLogs } from "./foreign/openPlace.js";
import type { ForeignReport } from "./foreign/report.js";
import { survey } from "./foreign/survey.js";
import type { Cast } from "./cast.js";
import type { Scene } from "./scene.js";

/** Whoever wrote it knows what it does with what is in it; whoever reads its guards does not. */
const NEVER_PROVEN =
  "The vault is somebody else's: who rules it was looked for, and what its own code does is not known. So this is never proven.";

/**
 * Who rules a vault of somebody else's, and what of it is somebody's alone; undefined where it is ours. What the
 * DAO's own contracts do there is nobody's alone.
 */
export async function surveyVault(
  cast: Cast,
  { addresses, accounts, parts }: Scene,
  identities: ReadonlyMap<string, string>,
): Promise<ForeignReport | undefined> {
  if (addresses.example !== undefined || addresses.pool !== undefined) return undefined;
  const { snapshot, provider, safeProvider = provider } = cast;
  const readCopy = (method: string, params: readonly unknown[]): Promise<unknown> => snapshot.request(method, params);
  const block = await snapshot.blockNumber();
  const report = await survey({
    place: {
      ...{ snapshot, provider, safeProvider },
      ...(cast.safeBlock !== undefined && { safeBlock: cast.safeBlock }),
      readLogs: cast.readLogs ?? rememberingLogs(readCopy, 0, block),
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
