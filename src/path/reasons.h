/*
 * reasons.h
 *		Why a row is used or left out: counted, packed, merged and shown alike.
 *
 * A family numbers its reasons from 0, the first of them "used", and gives their
 * names; its summary has a count for each. A row is in exactly one.
 */
#ifndef FUNNEL_REASONS_H
#define FUNNEL_REASONS_H

#include "base/compat.h"

#include "base/codec.h"
#include "base/rows.h"
#include "base/summary.h"

/* Names, as fields of the text form: words and underscores. People see blanks. */
typedef struct Reasons
{
	int			count;
	const char *const *names;
}			Reasons;

/* No count of a summary is larger: so the sum of two never overflows. */
#define COUNT_MOST	((INT64CONST(1) << 62) - 1)

/* The group "rows" of a summary: a count a reason */
extern void reasons_fields(Codec *codec, const Reasons *reasons, int64 *rows);

/* Whether every count is at most so large */
extern bool reasons_at_most(const Reasons *reasons, const int64 *rows, int64 most);

extern void reasons_merge(const Reasons *reasons, int64 *into, const int64 *other);

/* The rows of such a table; others may follow */
extern void reasons_rows(Row *row, const Reasons *reasons, const int64 *rows);

/* The table of a NAME_quality function: one row a reason. They add up to the rows given. */
extern Datum reasons_table(FunctionCallInfo fcinfo, const Reasons *reasons, const int64 *rows);

/* NAME_quality(summary), which is strict; "rows" is where the counts are in the struct */
#define REASONS_QUALITY(function, type, Struct, rows, reasons) \
	SUMMARY_ANSWER(function, type, Struct, reasons_table(fcinfo, &(reasons), summary.rows))

#endif							/* FUNNEL_REASONS_H */
