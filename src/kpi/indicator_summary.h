/*
 * indicator_summary.h
 *		What indicator_agg keeps: the values of figures, by name and date.
 *
 * See doc/indicator.md.
 */
#ifndef FUNNEL_INDICATOR_SUMMARY_H
#define FUNNEL_INDICATOR_SUMMARY_H

#include "base/compat.h"

#include "base/summary.h"
#include "path/dictionary.h"
#include "path/reasons.h"

/* A summary holds no more values: a thousand figures of a thousand weeks */
#define INDICATOR_VALUES	1000000

typedef enum IndicatorReason
{
	INDICATOR_USED,
	INDICATOR_NO_NAME,
	INDICATOR_NO_DATE,
	INDICATOR_DATE_OUT_OF_RANGE,
	INDICATOR_NO_VALUE,
	INDICATOR_REASONS
}			IndicatorReason;

/* The sum of the values of a name and date */
typedef struct IndicatorValue
{
	int32		name;			/* its number */
	int32		day;			/* from 2000-01-01 */
	Decimal		value;			/* its wide form its own */
}			IndicatorValue;

typedef struct IndicatorSummary
{
	SummaryHeader header;
	int64		rows[INDICATOR_REASONS];
	Dictionary	names;			/* of a summary that has been read: in order of bytes */
	int32		count;
	int32		room;
	int32		settled;		/* so many are in order of name and day, each there once; while rows come, others follow */
	IndicatorValue *values;
}			IndicatorSummary;

extern const Reasons indicator_reasons;
extern const SummaryType indicator_type;

/* Adds to the value of a name and date. All that is kept lies in the summary's own context. */
extern void indicator_add(IndicatorSummary *indicator, int32 name, int32 day, const Decimal *value);

/* The values of a name, in order of days; of a summary that is settled, as those read are */
extern const IndicatorValue *indicator_series(const IndicatorSummary *indicator, int32 name, int32 *count);

#endif							/* FUNNEL_INDICATOR_SUMMARY_H */
