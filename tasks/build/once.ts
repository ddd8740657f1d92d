import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";

import type { HookContext, SolidityHooks } from "hardhat/types/hooks";
import {
  FileBuildResultType,
  type BuildOptions,
  type CacheHitInfo,
  type FileBuildResult,
} from "hardhat/types/solidity";

import { withLock } from "./buildLock.js";

/** What was built last: a build's identifier for each file. */
type Built = Readonly<Record<string, string>>;

/**
 * Builds one at a time, and only what is not built yet: Hardhat would write types, caches and artifacts anew each time,
 * under the eyes of whoever reads them.
 */
export default (): Promise<Partial<SolidityHooks>> =>
  Promise.resolve({
    build: async (context, files, options, next) => {
      const standing = await findStanding(context, files, options);
      if (standing !== undefined) return standing;
      const lock = path.join(context.config.paths.cache, "build.lock");
      return await withLock(
        lock,
        async () => {
          // Whoever held the lock may have built it.
          const since = await findStanding(context, files, options);
          if (since !== undefined) return since;
          const results = await next(context, files, options);
          if (context.solidity.isSuccessfulBuildResult(results)) await record(context, results, options);
          return results;
        },
        (holder) =>
          process.stderr.write(`Waiting for process ${holder}, which is building (${path.relative("", lock)}) …\n`),
      );
    },
  });

/** Results for files that are all built, and whose types are; undefined if anything is missing. */
async function findStanding(
  context: HookContext,
  files: string[],
  options: BuildOptions | undefined,
): Promise<Map<string, FileBuildResult> | undefined> {
  if (isApart(context) || options?.force === true) return undefined;
  const built = await readBuilt(context);
  const { paths, typechain } = context.config;
  if (built === undefined || !existsSync(path.resolve(paths.root, typechain.outDir ?? "types", "index.ts"))) {
    return undefined;
  }
  // Artifacts of files that are gone would stay.
  if (options?.cleanupArtifacts === true && Object.keys(built).length !== files.length) return undefined;
  const jobs = await context.solidity.getCompilationJobs(files, { quiet: true, ...options });
  if (!jobs.success || jobs.compilationJobsPerFile.size > 0) return undefined;
  const hits = [...jobs.cacheHits];
  if (!hits.every(([file, { buildId }]) => built[file] === buildId)) return undefined;
  if (options?.quiet !== true) console.log("Nothing to compile");
  return new Map(hits.map(([file, hit]) => [file, toResult(hit)]));
}

const toResult = ({ buildId, artifactPaths }: CacheHitInfo): FileBuildResult => ({
  type: FileBuildResultType.CACHE_HIT,
  buildId,
  contractArtifactsGenerated: artifactPaths,
});

/** Instrumented, or without its types: not what others look for. */
const isApart = ({ globalOptions }: HookContext): boolean => globalOptions.coverage || globalOptions.noTypechain;

const recordOf = ({ config }: HookContext): string => path.join(config.paths.cache, "built.json");

async function readBuilt(context: HookContext): Promise<Built | undefined> {
  try {
    return JSON.parse(await readFile(recordOf(context), "utf8")) as Built;
  } catch {
    // Absent, or unreadable: the worst that follows is a build.
    return undefined;
  }
}

/** Written last, so that a build that was interrupted is none. */
async function record(
  context: HookContext,
  results: ReadonlyMap<string, FileBuildResult>,
  options: BuildOptions | undefined,
): Promise<void> {
  const ids = await Promise.all([...results].map(async ([file, result]) => [file, await idOf(result)] as const));
  const now = isApart(context) ? {} : Object.fromEntries(ids);
  const isWhole = options?.cleanupArtifacts === true;
  const built: Built = isWhole ? now : { ...(await readBuilt(context)), ...now };
  const file = recordOf(context);
  await writeFile(`${file}.new`, JSON.stringify(built));
  await rename(`${file}.new`, file);
}

async function idOf(result: FileBuildResult): Promise<string> {
  switch (result.type) {
    case FileBuildResultType.CACHE_HIT:
      return result.buildId;
    case FileBuildResultType.BUILD_SUCCESS:
    case FileBuildResultType.BUILD_FAILURE:
      return await result.compilationJob.getBuildId();
  }
}
