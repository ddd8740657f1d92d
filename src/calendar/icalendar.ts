import ical, { ICalAlarmType, ICalEventStatus, ICalEventTransparency } from "ical-generator";

import type { Moment } from "../protocol/calendar.js";

/** Whose moments, and as of when. */
export interface CalendarSource {
  /** Of the DAO. */
  readonly name: string;
  readonly chain: number;
  readonly timelock: string;
  readonly block: { readonly number: number; readonly timestamp: bigint };
}

/** A person is reminded so long before a last chance. [seconds] */
const REMINDERS = [3 * 86_400, 86_400] as const;

/**
 * A calendar as RFC 5545 has it. Identifiers are of chain, timelock and subject, and the number of the block counts the
 * versions: whoever imports a later one gets each event moved, and none twice.
 */
export function renderCalendar(moments: readonly Moment[], { name, chain, timelock, block }: CalendarSource): string {
  const calendar = ical({ name, prodId: { company: "tribune", product: "calendar", language: "EN" } });
  for (const { id, at, isLast, isCancelled, title, text } of moments) {
    const event = calendar.createEvent({
      id: `${id}@${timelock.toLowerCase()}.${chain}.tribune`,
      sequence: block.number,
      stamp: dateOf(block.timestamp),
      start: dateOf(at),
      summary: title,
      description: text,
      status: isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      transparency: ICalEventTransparency.TRANSPARENT,
    });
    if (isCancelled) continue;
    for (const trigger of isLast ? REMINDERS : []) event.createAlarm({ type: ICalAlarmType.display, trigger });
  }
  return `${calendar.toString().trimEnd()}\r\n`;
}

const dateOf = (at: bigint): Date => new Date(Number(at) * 1000);
