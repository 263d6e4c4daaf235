// shared.mjs: what several sections need.

export const half = [576, 358], full = [1200, 600, 358] // widths to draw for

/** A section that a rep's own page has, too. */
export const forReps = section => Object.assign(section, { forReps: true })

/** The row with the highest figure. */
export const highest = (rows, by) => rows.reduce((best, row) => row[by] !== null && (!best || Number(row[by]) > Number(best[by])) ? row : best, null)

export const sum = (rows, name) => rows.reduce((total, row) => total + Number(row[name]), 0)
