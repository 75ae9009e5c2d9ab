import { createHash } from 'node:crypto'

/** How much of a file's beginning tells it from other files. */
export const HEAD_BYTES = 256

/** Tells a file from another one of the same name. Its text form is `inode:length:hash`. */
export interface FileIdentity {
  readonly inode: string
  /** How many bytes of the beginning were hashed: fewer than {@link HEAD_BYTES} while the file was shorter. */
  readonly length: number
  readonly hash: string
}

/** Where reading a file goes on. */
export interface FilePlace {
  readonly position: number
  readonly identity: FileIdentity | undefined
}

export const identityOf = (inode: number, head: Buffer): FileIdentity => ({
  inode: String(inode),
  length: head.length,
  hash: hashOf(head),
})

export const identityText = ({ inode, length, hash }: FileIdentity): string => `${inode}:${length}:${hash}`

/** Undefined for anything that {@link identityText} did not write. */
export const parseIdentity = (text: unknown): FileIdentity | undefined => {
  const parts = typeof text === 'string' ? /^(\d+):(\d+):([0-9a-f]+)$/.exec(text) : null
  if (parts === null) return undefined
  return { inode: parts[1] ?? '', length: Number(parts[2]), hash: parts[3] ?? '' }
}

/** Whether a file that starts with `head` starts as the identified one did. */
export const startsAs = (identity: FileIdentity, head: Buffer): boolean =>
  identity.length > 0 && head.length >= identity.length && hashOf(head.subarray(0, identity.length)) === identity.hash

/** A copy on another disk has another inode: a whole matching head is enough. */
export const isSameFile = (identity: FileIdentity, inode: number, head: Buffer): boolean =>
  startsAs(identity, head) && (identity.inode === String(inode) || identity.length === HEAD_BYTES)

const hashOf = (head: Buffer): string => createHash('sha256').update(head).digest('hex').slice(0, 16)
