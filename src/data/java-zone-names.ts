/**
 * Names of time zones as Java's English tables have them, in minutes east of Greenwich: those in common use whose offset has
 * long been the same, and those of summer time. Some are not what people of other places would expect (IST is Israel's).
 */
const MINUTES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ...{ UTC: 0, 'Coordinated Universal Time': 0 },
    ...{ NST: -210, 'Newfoundland Standard Time': -210, NDT: -150, 'Newfoundland Daylight Time': -150 },
    ...{ AST: -240, 'Atlantic Standard Time': -240, ADT: -180, 'Atlantic Daylight Time': -180 },
    ...{ EST: -300, 'Eastern Standard Time': -300, EDT: -240, 'Eastern Daylight Time': -240 },
    ...{ CST: -360, 'Central Standard Time': -360, CDT: -300, 'Central Daylight Time': -300 },
    ...{ MST: -420, 'Mountain Standard Time': -420, MDT: -360, 'Mountain Daylight Time': -360 },
    ...{ PST: -480, 'Pacific Standard Time': -480, PDT: -420, 'Pacific Daylight Time': -420 },
    ...{ HST: -600, 'Hawaii Standard Time': -600 },
    ...{ BST: 60, 'British Summer Time': 60 },
    ...{ CET: 60, 'Central European Time': 60, CEST: 120, 'Central European Summer Time': 120 },
    ...{ MET: 60, 'Middle Europe Time': 60, MEST: 120, 'Middle Europe Summer Time': 120 },
    ...{ EET: 120, EEST: 180, SAST: 120, 'South Africa Standard Time': 120 },
    ...{ IST: 120, 'Israel Standard Time': 120, IDT: 180, 'Israel Daylight Time': 180 },
    ...{ 'China Standard Time': 480, HKT: 480, JST: 540, 'Japan Standard Time': 540, KST: 540 },
    ...{ AWST: 480, ACST: 570, ACDT: 570, AEST: 600, AEDT: 660 },
    ...{ NZST: 720, 'New Zealand Standard Time': 720, NZDT: 780, 'New Zealand Daylight Time': 780 },
  }).map(([name, minutes]) => [name.toLowerCase(), minutes]),
)

const NAME = new RegExp(`^(?:${[...MINUTES.keys()].join('|')})`, 'i')

export interface ZoneName {
  readonly length: number
  /** East of Greenwich. */
  readonly minutes: number
}

/** The name, in any case, that the text begins with. */
export const zoneNameAt = (text: string): ZoneName | undefined => {
  const name = NAME.exec(text)?.[0]
  return name === undefined ? undefined : { length: name.length, minutes: MINUTES.get(name.toLowerCase())! }
}
