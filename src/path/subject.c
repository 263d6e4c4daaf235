/*
 * subject.c
 *		What a path summary is of: its definition, its period, its zone.
 */
#include "base/compat.h"

#include "path/subject.h"
#include "utils/builtins.h"

void
subject_clear(Subject *subject)
{
	memset(subject, 0, sizeof(Subject));
	subject->definition = subject->zone = (char *) "";
}

void
subject_define(Subject *subject, void *made, const char *definition, int length)
{
	subject->known = true;
	subject->made = made;
	subject->definition = pnstrdup(definition, length);
	subject->definition_length = length;
}

void
subject_set_calendar(Subject *subject, const Calendar *calendar, const char *local)
{
	subject->known = subject->has_period = true;
	subject->period = calendar->kind;
	/* as the zone spells its name, so that summaries of one zone merge */
	subject->zone = pstrdup(calendar->zone.rules != NULL ? calendar->zone.name : local);
	subject->zone_length = strlen(subject->zone);
}

pg_tz *
subject_zone(const Subject *subject)
{
	if (subject->zone_length == 0)
		return NULL;
	return period_zone(PointerGetDatum(cstring_to_text_with_len(subject->zone, subject->zone_length))).rules;
}

/*
 * Fields
 */

static bool
is_same_text(const char *a, int a_length, const char *b, int b_length)
{
	return a_length == b_length && memcmp(a, b, a_length) == 0;
}

static void
definition_field(Codec *codec, const DefinitionKind *kind, Subject *subject, const Subject *like)
{
	codec_text(codec, "definition", &subject->definition, &subject->definition_length);
	if (!codec_is_reading(codec))
		return;
	subject->known = subject->definition_length > 0;
	if (!subject->known)
		return;
	/* parsing it takes longer than all the rest of a small summary */
	if (like != NULL && like->made != NULL &&
		is_same_text(like->definition, like->definition_length, subject->definition, subject->definition_length))
		subject->made = like->made;
	else
		subject->made = kind->make(subject->definition, subject->definition_length);
}

static void
calendar_fields(Codec *codec, const SubjectKind *kind, Subject *subject)
{
	codec_period(codec, &subject->has_period, &subject->period);
	codec_zone(codec, &subject->zone, &subject->zone_length);
	if (kind->definition == NULL && !kind->calendar_is_optional)
		subject->known = subject->has_period;
	if (!subject->has_period && subject->known && !kind->calendar_is_optional)
		codec_refuse(codec, "there is a definition but no period");
	if (subject->has_period && !subject->known)
		codec_refuse(codec, "there is a period but no definition");
	if (!subject->has_period && subject->zone_length > 0)
		codec_refuse(codec, "there is a zone but no period");
}

void
subject_fields(Codec *codec, const SubjectKind *kind, Subject *subject, const Subject *like)
{
	if (kind->definition != NULL)
		definition_field(codec, kind->definition, subject, like);
	if (kind->has_calendar)
		calendar_fields(codec, kind, subject);
}

/*
 * Merging
 */

/* of "Lead > Won" by month in Asia/Tehran */
static char *
describe(const SubjectKind *kind, const Subject *subject)
{
	const char *period = period_names[subject->period];
	const char *zone = subject->zone_length == 0 ? "local times" : pnstrdup(subject->zone, subject->zone_length);
	char	   *definition = pnstrdup(subject->definition, subject->definition_length);

	if (!subject->has_period && kind->definition == NULL)
		return pstrdup("without a period");
	if (kind->definition == NULL)
		return psprintf("by %s, %s", period, zone);
	if (!kind->has_calendar)
		return psprintf("of \"%s\"", definition);
	return psprintf("of \"%s\" by %s in %s", definition, period, zone);
}

static bool
is_same(const SubjectKind *kind, const Subject *a, const Subject *b)
{
	return (kind->definition == NULL || a->made == b->made || kind->definition->same(a->made, b->made)) &&
		(!kind->has_calendar ||
		 (a->has_period == b->has_period && a->period == b->period && is_same_text(a->zone, a->zone_length, b->zone, b->zone_length)));
}

static void
adopt(const SubjectKind *kind, Subject *into, const Subject *other)
{
	*into = *other;
	into->definition = pnstrdup(other->definition, other->definition_length);
	into->zone = pnstrdup(other->zone, other->zone_length);
	if (kind->definition != NULL)
		into->made = kind->definition->make(into->definition, into->definition_length);
}

/* Of two texts of one meaning keeps the same, whatever their order: the smaller. */
static void
keep_smaller(Subject *into, const Subject *other)
{
	int			order = memcmp(into->definition, other->definition, Min(into->definition_length, other->definition_length));

	if (order > 0 || (order == 0 && into->definition_length > other->definition_length))
	{
		into->definition = pnstrdup(other->definition, other->definition_length);
		into->definition_length = other->definition_length;
	}
}

bool
subject_merge(const SummaryType *type, const SubjectKind *kind, Subject *into, const Subject *other, bool *is_new)
{
	*is_new = !into->known && other->known;
	if (!other->known)
		return false;
	if (*is_new)
		adopt(kind, into, other);
	else if (!is_same(kind, into, other))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot merge %s summaries of different %s", type->called, kind->differ),
				 errdetail("One is %s, the other %s.", describe(kind, into), describe(kind, other)),
				 errhint("%s", kind->hint)));
	keep_smaller(into, other);
	return true;
}
