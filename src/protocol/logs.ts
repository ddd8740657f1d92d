/** Below this, a refusal is not about the length of the range. [blocks] */
const SHORTEST_RANGE = 500;

/**
 * Reads logs of a range that a node may find too long: then in two halves, the earlier one first.
 * @param query Reads the logs of a range, both ends included.
 */
export async function queryLogs<Log>(
  query: (from: number, to: number) => Promise<Log[]>,
  from: number,
  to: number,
): Promise<Log[]> {
  try {
    return await query(from, to);
  } catch (error) {
    if (to - from < SHORTEST_RANGE) throw error;
    const middle = Math.floor((from + to) / 2);
    return [...(await queryLogs(query, from, middle)), ...(await queryLogs(query, middle + 1, to))];
  }
}
