/*
 * event_summary.c
 *		The type event_summary: how it is written, read, checked and merged.
 */
#include "kpi/event_summary.h"

#include "base/labels.h"
#include "base/rollup.h"
#include "path/store.h"
#include "utils/memutils.h"

static const char *const reason_names[EVENT_REASONS] = {
	"used", "no_entity", "no_event", "no_time", "other_event", "time_out_of_range", "exact_duplicate", "entity_outside", "no_property"
};

const Reasons event_reasons = {EVENT_REASONS, reason_names};

static void *
make_journey(const char *text, int length)
{
	return journey_prepare(CurrentMemoryContext, journey_parse(text, length));
}

static bool
is_same_journey(const void *a, const void *b)
{
	return image_same(&((const Journey *) a)->image, &((const Journey *) b)->image);
}

static const DefinitionKind event_definition_kind = {make_journey, is_same_journey};

static const SubjectKind event_subject = {
	.definition = &event_definition_kind,
	.differ = "journeys",
	.hint = "Group by the journey, or aggregate the rows again with one definition.",
};

void
event_part_begin(EventPart *part, int steps)
{
	part->steps = palloc0(sizeof(EventStep) * Max(steps, 1));
	TALLY_INIT(&part->open, EventOpen, 1, 0);
}

static void
event_clear(void *into)
{
	EventSummary *summary = into;

	subject_clear(&summary->subject);
	summary->zone = (char *) "";
	summary->from = MOMENT_NONE_FROM;
	summary->through = MOMENT_NONE_THROUGH;
	event_part_begin(&summary->whole, 0);
	TALLY_INIT(&summary->places, EventPlace, 1, 0);
}

/*
 * Deadlines
 */

int64
event_unit(const Journey *journey)
{
	return deadline_unit(journey_longest_limit(journey));
}

/* Units whose time is up by the last moment there is are no longer open. */
static void
close_part(const EventSummary *summary, EventPart *part, int64 unit)
{
	Tally		open;

	tally_order(&part->open);
	tally_init(&open, 1, 0);
	for (int i = 0; i < part->open.length; i++)
	{
		const EventOpen *given = tally_at(EventOpen, &part->open, i);
		EventStep  *step = &part->steps[event_open_step(given)];

		if (deadline_is_open(unit, event_open_deadline(given), summary->through))
			((EventOpen *) tally_cell(&open, given->key))->units = given->units;
		else
			count_add(event_open_dropped(given) ? &step->dropped : &step->excluded, given->units);
	}
	tally_order(&open);
	part->open = open;
}

static int
compare_periods(const void *a, const void *b)
{
	int32		left = ((const EventPart *) a)->period;
	int32		right = ((const EventPart *) b)->period;

	return (left > right) - (left < right);
}

/* Ends merging: puts the periods in order. */
static void
order_periods(EventSummary *summary)
{
	if (summary->places.length == 0)
		return;
	qsort(summary->periods, summary->period_count, sizeof(EventPart), compare_periods);
	TALLY_INIT(&summary->places, EventPlace, 1, 0);
}

static void
event_settle(void *of)
{
	EventSummary *summary = of;
	int64		unit;

	if (!summary->subject.known)
		return;
	order_periods(summary);
	unit = event_unit(event_journey(summary));
	close_part(summary, &summary->whole, unit);
	for (int i = 0; i < summary->period_count; i++)
		close_part(summary, &summary->periods[i], unit);
	for (int i = 0; i < summary->segment_count; i++)
		close_part(summary, &summary->segments[i].part, unit);
}

/*
 * Rules
 */

static bool
add_units(int128 *sum, int64 units)
{
	*sum += units;
	return units >= 0 && *sum <= COUNT_MOST;
}

/* Of units that still have time: is each at a step where there can be some, and has it time indeed? */
static const char *
broken_open(const EventSummary *summary, const EventPart *part, int128 *ends)
{
	const Journey *journey = event_journey(summary);
	int64		unit = event_unit(journey);

	for (int i = 0; i < part->open.length; i++)
	{
		const EventOpen *open = tally_at(EventOpen, &part->open, i);
		int			step = event_open_step(open);

		if (open->units < 1)
			return "no unit has time until a moment that is kept";
		if (step < 0 || step >= journey->rules.steps - 1)
			return "units still have time at a step where none can have";
		if (journey_longest_limit(journey) == CHAIN_NO_LIMIT)
			return "units still have time, but the journey has no limit of time";
		if (!deadline_is_open(unit, event_open_deadline(open), summary->through))
			return "a unit's time is up before the last moment";
		if (!add_units(&ends[step], open->units))
			return "the units are too many";
	}
	return NULL;
}

/* The times to a step: as many as units have reached it, and a sum that they can have */
static const char *
broken_times(const EventStep *step, EventPartKind kind, int k, int64 reached)
{
	int64		expected = k == 0 ? 0 : reached;
	int64		since_first = step->since_first == NULL ? 0 : step->since_first->total;
	int64		since_before = step->since_before == NULL ? 0 : step->since_before->total;

	if (since_first != expected || since_before != (kind == PART_PERIOD ? 0 : expected))
		return "the times to a step are not as many as have reached it";
	if ((kind == PART_PERIOD && step->time != 0) || (kind != PART_WHOLE && step->seen))
		return "a period keeps what only the whole has";
	if (step->time < 0 || (since_before == 0 && step->time != 0))
		return "there is a time to a step but nobody who took it";
	/* a bucket is 2 % wide */
	if (since_before > 0 && (double) step->time > (double) since_before * (sketch_quantile(step->since_before, 1) * 1.03 + 2))
		return "the time to a step is longer than that of all who reached it";
	return NULL;
}

/* A part; how many have reached each step goes to "all_reached" */
static const char *
broken_part(const EventSummary *summary, const EventPart *part, EventPartKind kind, int64 *all_reached)
{
	const ChainRules *rules = &event_journey(summary)->rules;
	int128		ends[CHAIN_STEPS] = {0};
	int128		reached = 0;	/* of the next required step */
	const char *why = broken_open(summary, part, ends);

	for (int k = rules->steps - 1; why == NULL && k >= 0; k--)
	{
		const EventStep *step = &part->steps[k];
		bool		is_optional = (rules->optional >> k & 1) != 0;
		bool		is_last = k == rules->steps - 1;
		int128		here;

		if (!add_units(&ends[k], step->dropped) || !add_units(&ends[k], step->excluded) || step->advanced > COUNT_MOST)
			return "the units are too many";
		if (is_last && ends[k] != 0)
			return "units end at the last step without having converted";
		if (!is_last && !is_optional && step->advanced != 0)
			return "a count that follows from others is kept";
		if (is_optional && step->advanced > reached)
			return "more units did an optional step than reached the next";
		here = ends[k] + (is_optional || is_last ? step->advanced : reached);
		if (here > COUNT_MOST)
			return "the units are too many";
		all_reached[k] = (int64) here;
		why = broken_times(step, kind, k, (int64) here);
		if (!is_optional)
			reached = here;
		if (kind == PART_WHOLE && here > 0 && !step->seen && !rules->any_order)
			return "units have reached a step that no row satisfies";
	}
	for (int k = 0; why == NULL && k < rules->steps; k++)
		if ((rules->optional >> k & 1) && ends[k] > ends[rules->level[k] - 1])
			return "more units end at an optional step than at the required one before it";
	return why;
}

static const char *
broken_periods(const EventSummary *summary, int64 units)
{
	int128		entered = 0;
	int32		first = 0;
	int32		last = 0;

	if (summary->period_count > 0)
	{
		first = period_of_day(summary->period, Max(day_of(summary->from) - 1, PERIOD_FIRST_DAY));
		last = period_of_day(summary->period, Max(day_of(summary->through) + 1, PERIOD_FIRST_DAY));
	}
	for (int i = 0; i < summary->period_count; i++)
	{
		const EventPart *part = &summary->periods[i];
		int64		reached[CHAIN_STEPS];
		const char *why = broken_part(summary, part, PART_PERIOD, reached);

		if (why != NULL)
			return why;
		if (i > 0 && part->period <= part[-1].period)
			return "the periods are not in order";
		if (part->period < first || part->period > last)
			return "a period lies outside of the data";
		if (reached[0] == 0)
			return "a period has no unit";
		entered += reached[0];
	}
	if (summary->has_period && event_journey(summary)->rules.count == CHAIN_ENTITIES && entered < units)
		return "fewer units entered in the periods than in all";
	return NULL;
}

static int
compare_segments(const EventSegment *a, const EventSegment *b)
{
	int			order;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	order = memcmp(a->value, b->value, Min(a->length, b->length));
	return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

static const char *
broken_segment(const EventSummary *summary, int number, int64 *reached)
{
	const EventSegment *segment = &summary->segments[number];
	const char *why = broken_part(summary, &segment->part, PART_SEGMENT, reached);

	if (why != NULL)
		return why;
	if (number > 0 && compare_segments(segment - 1, segment) >= 0)
		return "the segments are not in order";
	if (segment->length > (segment->kind == SEGMENT_VALUE ? LABEL_BYTES : 0))
		return "the value of a segment is too long, or it can't have one";
	if (segment->kind == SEGMENT_NONE && event_journey(summary)->property == PROPERTY_HOLD)
		return "units have no value, but it is held";
	if (reached[0] == 0)
		return "a segment has no unit";
	return NULL;
}

/* Every unit is in one segment: as many have reached each step as of all, "whole". */
static const char *
broken_segments(const EventSummary *summary, const int64 *whole)
{
	int			steps = event_steps(summary);
	int128		sum[CHAIN_STEPS] = {0};

	if (event_journey(summary)->property == PROPERTY_NONE)
		return summary->segment_count > 0 ? "there are segments, but the journey has no property" : NULL;
	if (summary->has_period)
		return "there are periods and a property";
	for (int i = 0; i < summary->segment_count; i++)
	{
		int64		reached[CHAIN_STEPS] = {0};
		const char *why = broken_segment(summary, i, reached);

		if (why != NULL)
			return why;
		for (int k = 0; k < steps; k++)
			sum[k] += reached[k];
	}
	for (int k = 0; k < steps; k++)
		if (sum[k] != whole[k])
			return "the units of the segments are not those of all";
	return NULL;
}

/* The rules between the fields. Returns what is wrong, NULL where nothing is. */
static const char *
event_rules(const void *of)
{
	const EventSummary *summary = of;
	int64		placed = summary->rows[EVENT_USED] + summary->rows[EVENT_OUTSIDE];
	int64		reached[CHAIN_STEPS] = {0};
	const char *why;

	if (!reasons_at_most(&event_reasons, summary->rows, COUNT_MOST))
		return "a number of rows is too large";
	if (!summary->subject.known)
		return summary->has_period || summary->from <= summary->through || summary->outside > 0 || summary->segment_count > 0 ||
			!reasons_at_most(&event_reasons, summary->rows, 0) ? "there are rows but no definition" : NULL;
	if ((placed > 0 || summary->rows[EVENT_OTHER_EVENT] > 0 || summary->rows[EVENT_NO_PROPERTY] > 0) != (summary->from <= summary->through))
		return "there are rows without a first and last moment, or the other way round";
	if (summary->from <= summary->through && !(moment_in_range(summary->from) && moment_in_range(summary->through)))
		return "its moments are out of range";
	if (summary->outside > summary->rows[EVENT_OUTSIDE])
		return "there are more entities outside than rows of them";
	if (!summary->has_period && summary->period_count > 0)
		return "there are periods, but none of a kind";
	if (summary->rows[EVENT_NO_PROPERTY] > 0 && event_journey(summary)->property != PROPERTY_HOLD)
		return "rows have no property, but none is held";
	why = broken_part(summary, &summary->whole, PART_WHOLE, reached);
	if (why != NULL)
		return why;
	if (reached[0] > summary->rows[EVENT_USED])
		return "there are more units than rows";
	if (reached[0] == 0 && summary->rows[EVENT_USED] > 0)
		return "there are rows but no unit";
	why = broken_segments(summary, reached);
	return why != NULL ? why : broken_periods(summary, reached[0]);
}

/*
 * Fields
 */

/* Units at a step that still have time: a list of moments */
static void
open_fields(Codec *codec, EventPart *part, int step)
{
	int			count = 0;
	int			next = 0;

	if (!codec_is_reading(codec))
	{
		while (next < part->open.length && event_open_step(tally_at(EventOpen, &part->open, next)) < step)
			next++;
		while (next + count < part->open.length && event_open_step(tally_at(EventOpen, &part->open, next + count)) == step)
			count++;
	}
	codec_list_begin(codec, "undecided", &count, tally_most(&part->open));
	for (int i = 0; i < count; i++)
	{
		EventOpen	read = {0};
		EventOpen  *open = codec_is_reading(codec) ? &read : tally_at(EventOpen, &part->open, next + i);
		bool		excluded = !event_open_dropped(open);
		int64		deadline = event_open_deadline(open);

		codec_record_begin(codec);
		codec_boolean(codec, "excluded", &excluded);
		codec_integer(codec, "until", &deadline);
		codec_count(codec, "units", &open->units);
		codec_record_end(codec);
		if (!codec_is_reading(codec))
			continue;
		if (deadline < PG_INT32_MIN || deadline > PG_INT32_MAX)
			codec_refuse(codec, "a moment is out of range");
		read.key = event_open_key(step, !excluded, (int32) deadline);
		*(EventOpen *) tally_next(codec, &part->open, read.key) = read;
	}
	codec_list_end(codec);
}

static void
part_fields(Codec *codec, EventPart *part, int steps, EventPartKind kind)
{
	int			count = steps;

	codec_list_begin(codec, "steps", &count, CHAIN_STEPS);
	if (count != steps)
		codec_refuse(codec, "there must be one record a step of the journey");
	for (int k = 0; k < steps; k++)
	{
		EventStep  *step = &part->steps[k];

		codec_record_begin(codec);
		if (kind == PART_WHOLE)
			codec_boolean(codec, "has_rows", &step->seen);
		codec_count(codec, "advanced", &step->advanced);
		codec_count(codec, "dropped", &step->dropped);
		codec_count(codec, "excluded", &step->excluded);
		open_fields(codec, part, k);
		if (kind != PART_PERIOD)
		{
			codec_group_begin(codec, "since_step_before");
			codec_int128(codec, "sum_microseconds", &step->time);
			codec_sketch(codec, "sketch", &step->since_before);
			codec_group_end(codec);
		}
		codec_group_begin(codec, "since_first_step");
		codec_sketch(codec, "sketch", &step->since_first);
		codec_group_end(codec);
		codec_record_end(codec);
	}
	codec_list_end(codec);
}

static void
period_fields(Codec *codec, EventSummary *summary, EventPart *part, int steps)
{
	int64		start = codec_is_reading(codec) ? 0 : period_first_day(summary->period, part->period);

	codec_record_begin(codec);
	codec_date(codec, "start", &start);
	if (codec_is_reading(codec))
	{
		part->period = period_of_day(summary->period, (int32) start);
		if (!summary->has_period || period_first_day(summary->period, part->period) != start)
			codec_refuse(codec, "a period does not begin on its first day");
		event_part_begin(part, steps);
	}
	part_fields(codec, part, steps, PART_PERIOD);
	codec_record_end(codec);
}

const char *const event_segment_names[] = {"value", "none", "other"};

static void
segment_fields(Codec *codec, EventSegment *segment, int steps)
{
	char	   *kind = unconstify(char *, event_segment_names[segment->kind]);
	int			length = strlen(kind);

	codec_record_begin(codec);
	codec_text(codec, "kind", &kind, &length);
	codec_text(codec, "value", &segment->value, &segment->length);
	if (codec_is_reading(codec))
	{
		segment->kind = SEGMENT_VALUE;
		while (strlen(event_segment_names[segment->kind]) != (Size) length || memcmp(kind, event_segment_names[segment->kind], length) != 0)
			if (segment->kind++ == SEGMENT_OTHER)
				codec_refuse(codec, "the kind of a segment is none of value, none and other");
		event_part_begin(&segment->part, steps);
	}
	part_fields(codec, &segment->part, steps, PART_SEGMENT);
	codec_record_end(codec);
}

static void
segments_fields(Codec *codec, EventSummary *summary, int steps)
{
	codec_list_begin(codec, "segments", &summary->segment_count, (int) (MaxAllocSize / sizeof(EventSegment)));
	if (codec_is_reading(codec))
		summary->segments = palloc0(sizeof(EventSegment) * Max(summary->segment_count, 1));
	for (int i = 0; i < summary->segment_count; i++)
		segment_fields(codec, &summary->segments[i], steps);
	codec_list_end(codec);
}

static void
event_fields(Codec *codec, void *of)
{
	EventSummary *summary = of;
	const EventSummary *like = codec->like;
	int			steps;

	subject_fields(codec, &event_subject, &summary->subject, like != NULL ? &like->subject : NULL);
	codec_period(codec, &summary->has_period, &summary->period);
	codec_zone(codec, &summary->zone, &summary->zone_length);
	if (!summary->has_period && summary->zone_length > 0)
		codec_refuse(codec, "there is a zone but no period");
	codec_moments(codec, &summary->from, &summary->through);
	reasons_fields(codec, &event_reasons, summary->rows);
	codec_count(codec, "entities_outside", &summary->outside);

	steps = event_steps(summary);
	if (codec_is_reading(codec))
		event_part_begin(&summary->whole, steps);
	part_fields(codec, &summary->whole, steps, PART_WHOLE);
	codec_list_begin(codec, "periods", &summary->period_count, (int) (MaxAllocSize / sizeof(EventPart)));
	if (codec_is_reading(codec))
		summary->periods = palloc0(sizeof(EventPart) * Max(summary->period_count, 1));
	for (int i = 0; i < summary->period_count; i++)
		period_fields(codec, summary, &summary->periods[i], steps);
	codec_list_end(codec);
	segments_fields(codec, summary, steps);
}

/*
 * Merging
 */

void
event_part_merge(EventPart *into, const EventPart *other, int steps)
{
	for (int k = 0; k < steps; k++)
	{
		EventStep  *step = &into->steps[k];
		const EventStep *more = &other->steps[k];

		step->seen |= more->seen;
		count_add(&step->advanced, more->advanced);
		count_add(&step->dropped, more->dropped);
		count_add(&step->excluded, more->excluded);
		sum_add(&step->time, more->time);
		if (more->since_before != NULL)
			step->since_before = sketch_absorb(step->since_before, more->since_before);
		if (more->since_first != NULL)
			step->since_first = sketch_absorb(step->since_first, more->since_first);
	}
	tally_merge(&into->open, &other->open);
}

/* The first merge: makes room for more periods, and finds those that are there. */
static void
begin_merging(EventSummary *into)
{
	EventPart  *periods;

	into->period_room = Max(8, 2 * into->period_count);
	periods = palloc(sizeof(EventPart) * into->period_room);
	if (into->period_count > 0)
		memcpy(periods, into->periods, sizeof(EventPart) * into->period_count);
	into->periods = periods;
	for (int i = 0; i < into->period_count; i++)
	{
		EventPlace *place = tally_cell(&into->places, tally_key(0, periods[i].period));

		place->place = i + 1;
	}
}

/* The part of a period, a new one at the end where there is none */
static EventPart *
merged_period(EventSummary *into, int32 period, int steps)
{
	EventPlace *place = tally_cell(&into->places, tally_key(0, period));

	if (place->place == 0)
	{
		EventPart  *part;

		if (into->period_count == into->period_room)
		{
			into->period_room *= 2;
			into->periods = repalloc_huge(into->periods, sizeof(EventPart) * into->period_room);
		}
		part = &into->periods[into->period_count++];
		memset(part, 0, sizeof(EventPart));
		event_part_begin(part, steps);
		part->period = period;
		place->place = into->period_count;
	}
	return &into->periods[place->place - 1];
}

/* Adds periods, which come in any order: in order are they when all is merged. */
static void
merge_periods(EventSummary *into, const EventSummary *other, int steps)
{
	if (other->period_count > 0 && into->places.length == 0)
		begin_merging(into);
	for (int i = 0; i < other->period_count; i++)
		event_part_merge(merged_period(into, other->periods[i].period, steps), &other->periods[i], steps);
}

/* A copy of a segment that shares nothing with it */
static EventSegment
copy_segment(const EventSegment *segment, int steps)
{
	EventSegment copy = *segment;

	copy.value = pnstrdup(segment->value, segment->length);
	event_part_begin(&copy.part, steps);
	event_part_merge(&copy.part, &segment->part, steps);
	return copy;
}

/* Where in the order a segment is, or would be */
static int
segment_place(const EventSummary *summary, const EventSegment *segment, bool *found)
{
	int			low = 0;
	int			high = summary->segment_count;

	*found = false;
	while (low < high && !*found)
	{
		int			middle = (low + high) / 2;
		int			order = compare_segments(&summary->segments[middle], segment);

		if (order < 0)
			low = middle + 1;
		else
			high = middle;
		*found = order == 0;
	}
	return high;
}

/* Makes room for a copy of a segment, in its place. */
static void
insert_segment(EventSummary *into, int place, const EventSegment *segment, int steps)
{
	if (into->segment_count >= into->segment_room)
	{
		EventSegment *segments;

		into->segment_room = Max(8, 2 * into->segment_count);
		segments = palloc_extended(sizeof(EventSegment) * (Size) into->segment_room, MCXT_ALLOC_HUGE);
		if (into->segment_count > 0)
			memcpy(segments, into->segments, sizeof(EventSegment) * into->segment_count);
		into->segments = segments;
	}
	memmove(&into->segments[place + 1], &into->segments[place], sizeof(EventSegment) * (into->segment_count - place));
	into->segments[place] = copy_segment(segment, steps);
	into->segment_count++;
}

/* Adds segments. */
static void
merge_segments(EventSummary *into, const EventSummary *other, int steps)
{
	for (int i = 0; i < other->segment_count; i++)
	{
		bool		found;
		int			place = segment_place(into, &other->segments[i], &found);

		if (found)
			event_part_merge(&into->segments[place].part, &other->segments[i].part, steps);
		else
			insert_segment(into, place, &other->segments[i], steps);
	}
}

static char *
describe_periods(const EventSummary *summary)
{
	if (!summary->has_period)
		return pstrdup("without a period");
	return psprintf("by %s in %s", period_names[summary->period],
					summary->zone_length == 0 ? "local times" : pnstrdup(summary->zone, summary->zone_length));
}

/* Makes one that was of nothing like the other, but for what is counted. */
static void
adopt_periods(EventSummary *into, const EventSummary *other)
{
	into->has_period = other->has_period;
	into->period = other->period;
	into->zone = pnstrdup(other->zone, other->zone_length);
	into->zone_length = other->zone_length;
	event_part_begin(&into->whole, event_steps(into));
}

static void
event_merge(void *to, void *added)
{
	EventSummary *into = to;
	EventSummary *other = added;
	int			steps;
	bool		is_new;

	if (!subject_merge(&event_summary_type, &event_subject, &into->subject, &other->subject, &is_new))
		return;
	if (is_new)
		adopt_periods(into, other);
	else if (into->has_period != other->has_period || into->period != other->period || into->zone_length != other->zone_length ||
			 memcmp(into->zone, other->zone, into->zone_length) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot merge event summaries of different periods or zones"),
				 errdetail("One is %s, the other %s.", describe_periods(into), describe_periods(other)),
				 errhint("Group by the period and zone, or aggregate the rows again with one of them.")));
	steps = event_steps(into);
	into->from = Min(into->from, other->from);
	into->through = Max(into->through, other->through);
	reasons_merge(&event_reasons, into->rows, other->rows);
	count_add(&into->outside, other->outside);
	event_part_merge(&into->whole, &other->whole, steps);
	merge_periods(into, other, steps);
	merge_segments(into, other, steps);
}

/*
 * Pruning
 */

int64
event_part_units(const EventSummary *summary, const EventPart *part)
{
	int			last = event_steps(summary) - 1;
	int64		units = part->steps[last].advanced;

	for (int k = 0; k < last; k++)
		if (!event_is_optional(summary, k))
		{
			count_add(&units, part->steps[k].dropped);
			count_add(&units, part->steps[k].excluded);
		}
	for (int i = 0; i < part->open.length; i++)
	{
		const EventOpen *open = tally_at(EventOpen, &part->open, i);

		if (!event_is_optional(summary, event_open_step(open)))
			count_add(&units, open->units);
	}
	return units;
}

/* The segment of values that are not kept, which is the last */
static EventSegment *
other_segment(EventSummary *summary)
{
	EventSegment *last = &summary->segments[summary->segment_count - 1];

	if (last->kind == SEGMENT_OTHER)
		return last;
	summary->segments = repalloc_huge(summary->segments, sizeof(EventSegment) * ((Size) summary->segment_count + 1));
	last = &summary->segments[summary->segment_count++];
	summary->segment_room = summary->segment_count;
	*last = (EventSegment) {.kind = SEGMENT_OTHER, .value = (char *) ""};
	event_part_begin(&last->part, event_steps(summary));
	return last;
}

/* Sees to it that there are no more values than may be kept: those of the fewest units go, all of as many. */
static void
prune_segments(EventSummary *summary)
{
	int			steps = event_steps(summary);
	int			values = 0;
	int			kept = 0;
	int64	   *units;
	int64		threshold;
	EventSegment *other;

	while (values < summary->segment_count && summary->segments[values].kind == SEGMENT_VALUE)
		values++;
	if (values <= EVENT_SEGMENTS)
		return;
	other = other_segment(summary);
	units = palloc(sizeof(int64) * values);
	for (int i = 0; i < values; i++)
		units[i] = event_part_units(summary, &summary->segments[i].part);
	threshold = tally_threshold(units, values, EVENT_SEGMENTS);
	for (int i = 0; i < summary->segment_count; i++)
		if (i >= values || units[i] >= threshold)
			summary->segments[kept++] = summary->segments[i];
		else
			event_part_merge(&other->part, &summary->segments[i].part, steps);
	summary->segment_count = kept;
	pfree(units);
}

const SummaryType event_summary_type = {
	.name = "event_summary",
	.called = "event",
	.version = 1,
	.size = sizeof(EventSummary),
	.fields = event_fields,
	.clear = event_clear,
	.settle = event_settle,
	.rules = event_rules,
	.merge = event_merge,
};

SUMMARY_TYPE_FUNCTIONS(event_summary, event_summary_type)
SUMMARY_TYPE_FUNCTION(event_summary, event_summary_type, rollup)
SUMMARY_MOMENT(event_data_from, event_summary_type, EventSummary, from)
SUMMARY_MOMENT(event_data_through, event_summary_type, EventSummary, through)

/* The final function of rollup. Only here is pruned, never between: so the parts make one sum, whatever their order. */
PG_FUNCTION_INFO_V1(event_summary_final);
Datum
event_summary_final(PG_FUNCTION_ARGS)
{
	EventSummary summary;

	if (PG_ARGISNULL(0))
		PG_RETURN_DATUM(summary_empty(&event_summary_type));
	summary_read(&event_summary_type, PG_GETARG_DATUM(0), &summary);
	prune_segments(&summary);
	PG_RETURN_DATUM(summary_pack(&event_summary_type, &summary));
}

/* entities_outside(event_summary) */
SUMMARY_ANSWER(event_entities_outside, event_summary_type, EventSummary, Int64GetDatum(summary.outside))

/* definition(event_summary): as a journey; NULL in a summary of no rows. */
PG_FUNCTION_INFO_V1(event_definition);
Datum
event_definition(PG_FUNCTION_ARGS)
{
	EventSummary summary;

	summary_read(&event_summary_type, PG_GETARG_DATUM(0), &summary);
	if (!summary.subject.known)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(journey_parse(summary.subject.definition, summary.subject.definition_length));
}
