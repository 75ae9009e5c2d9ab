import { copyFile, link, rename } from 'node:fs/promises'

/**
 * Keeps a damaged file under another name, `FILE.damaged-TIME`, for somebody to look into. When a good copy will replace the
 * file at once it only gets a second name, so that a crash in between does not lose both.
 *
 * @returns the new name; @throws the file system's error
 */
export const setAside = async (path: string, replacementFollows: boolean): Promise<string> => {
  const aside = `${path}.damaged-${new Date().toISOString().replaceAll(':', '-')}`
  try {
    if (replacementFollows) await link(path, aside)
    else await rename(path, aside)
  } catch {
    await copyFile(path, aside) // a file mounted by itself, or no hard links
  }
  return aside
}
