/*
 * incomplete.c
 *		Calls that lack an argument: what they are told.
 *
 * Without these, PostgreSQL says of a cohort_agg over moments that has no zone
 * that no such function exists, and of which types. Each is both transition
 * and final function of an aggregate that nobody means to call, so that it
 * refuses over no rows, too. See sql/incomplete.sql.
 */
#include "base/compat.h"

#define INCOMPLETE_CALL(function, message, hint) \
PG_FUNCTION_INFO_V1(function); \
Datum \
function(PG_FUNCTION_ARGS) \
{ \
	ereport(ERROR, \
			(errcode(ERRCODE_UNDEFINED_FUNCTION), \
			 errmsg(message), \
			 errhint(hint))); \
	PG_RETURN_NULL(); \
}

INCOMPLETE_CALL(incomplete_cohort_zone,
				"cohort_agg of timestamptz needs a time zone",
				"Add it behind the period, such as 'Asia/Kuala_Lumpur': in it a moment has its date. Times that are local already (timestamp, date) need none.")
INCOMPLETE_CALL(incomplete_pipeline_zone,
				"pipeline_agg of timestamptz needs a time zone",
				"Add it behind the period, such as 'Asia/Kuala_Lumpur': in it a moment has its date. Times that are local already (timestamp, date) need none.")
INCOMPLETE_CALL(incomplete_mrr_as_of,
				"mrr_agg of subscriptions needs as_of",
				"Add it behind the amount: the date up to which the subscriptions are known, so that those without an end run until then.")
INCOMPLETE_CALL(incomplete_within_as_of,
				"who ended within a span can't be told without as_of",
				"Add it behind the span: the moment up to which the data is complete, so that rows younger than the span are no failures yet.")
