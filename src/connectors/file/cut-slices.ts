/**
 * Appends the whole lines of `text` from index `from` on, as slices of it, until `records` holds `most` or there is none
 * left. A `\r` that is the last character may be half a line end, so its line is left.
 *
 * @param base position of the text's first character; a line's position is where the next one starts
 * @returns the index after the last line end
 */
export const cutSlices = <T>(
  text: string,
  from: number,
  base: number,
  records: T[],
  most: number,
  make: (line: string, position: number) => T,
): number => {
  let start = from
  let cr = text.indexOf('\r', start)
  while (records.length < most) {
    const lf = text.indexOf('\n', start)
    let stop = lf
    let next = lf + 1
    if (cr !== -1 && (lf === -1 || cr < lf)) {
      if (cr + 1 === text.length) break
      stop = cr
      next = lf === cr + 1 ? cr + 2 : cr + 1
      cr = text.indexOf('\r', next)
    } else if (lf === -1) break
    records.push(make(text.slice(start, stop), base + next))
    start = next
  }
  return start
}
