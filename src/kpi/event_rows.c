/*
 * event_rows.c
 *		The rows of journeys: how they lie in a store, and come back as instants.
 */
#include "base/compat.h"

#include "base/argument.h"
#include "kpi/event_rows.h"
#include "miscadmin.h"
#include "path/condition.h"

void
event_refuse_null(void)
{
	refuse_null("the journey", "Write it as 'view > cart > purchase; within: 7 days'; if it comes from a join, leave out the rows without one.");
}

void
event_refuse_property(const Journey *journey, const char *hint)
{
	if (journey->property != PROPERTY_NONE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the journey has a clause \"property\", but there is no property here"),
				 errhint("%s", hint)));
}

pg_noreturn static void
refuse_conditions(const Journey *journey, int given)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the journey has %s, but %d %s given",
					journey_size(journey), given, given == 1 ? "condition is" : "conditions are"),
			 errhint("Give a condition for each step and then one for each exclusion, in the order of the definition.")));
}

uint64
event_conditions(FunctionCallInfo fcinfo, int conditions, const Journey *journey)
{
	int			given;
	uint64		mask = conditions_mask(fcinfo, conditions, &given);

	if (unlikely(given != journey->rules.steps + journey->rules.exclusions))
		refuse_conditions(journey, given);
	return mask;
}

void
event_reader_begin(EventReader *reader, const Journey *journey, bool by_conditions, EventAdvance advance, void *context)
{
	reader->journey = journey;
	reader->by_conditions = by_conditions;
	reader->advance = advance;
	reader->context = context;
}

/* What a row satisfies */
static inline uint64
row_mask(const EventReader *reader, int64 moment, int64 payload, int width)
{
	if (reader->by_conditions)
		return (uint64) payload;
	if (width == 1)
	{
		int			code = path_moment_code(moment);

		return code == EVENT_OTHER ? 0 : reader->journey->mask[code];
	}
	return payload < 0 ? 0 : reader->journey->mask[payload];
}

static inline void
end_instant(EventReader *reader)
{
	if (reader->has_instant)
		reader->advance(reader->context, &reader->instant);
	reader->has_instant = false;
}

static inline void
add_row(EventReader *reader, int64 moment, uint64 mask)
{
	int64		at = path_moment_time(moment);

	if (mask == 0)
		reader->rows.others++;
	else
		reader->rows.used++;
	reader->rows.seen |= mask;
	if (reader->has_instant && reader->instant.at == at)
	{
		chain_instant_add(&reader->instant, &reader->journey->rules, mask);
		return;
	}
	end_instant(reader);
	chain_instant_begin(&reader->instant, &reader->journey->rules, at, mask);
	reader->has_instant = true;
}

void
event_read(EventReader *reader, const PathBatch *batch)
{
	if (batch->first)
	{
		reader->has_instant = false;
		memset(&reader->rows, 0, sizeof(EventRowCounts));
		reader->moment = PG_INT64_MIN;
	}
	for (int64 i = 0; i < batch->count; i++)
	{
		int64		moment = path_event_moment(batch, i);
		int64		payload = batch->width > 1 ? path_event_payload(batch, i) : 0;
		uint64		mask = row_mask(reader, moment, payload, batch->width);

		if ((i & 0xffff) == 0xffff)
			CHECK_FOR_INTERRUPTS();
		if (moment == reader->moment && payload == reader->payload && !reader->by_conditions && mask != 0)
		{
			reader->rows.duplicates++;
			continue;
		}
		reader->moment = moment;
		reader->payload = payload;
		add_row(reader, moment, mask);
	}
	if (batch->last)
		end_instant(reader);
}
