/*
 * reasons.c
 *		Why a row is used or left out: counted, packed, merged and shown alike.
 */
#include "base/compat.h"

#include "base/summary.h"
#include "path/reasons.h"

void
reasons_fields(Codec *codec, const Reasons *reasons, int64 *rows)
{
	codec_group_begin(codec, "rows");
	for (int reason = 0; reason < reasons->count; reason++)
		codec_count(codec, reasons->names[reason], &rows[reason]);
	codec_group_end(codec);
}

bool
reasons_at_most(const Reasons *reasons, const int64 *rows, int64 most)
{
	for (int reason = 0; reason < reasons->count; reason++)
		if (rows[reason] > most)
			return false;
	return true;
}

void
reasons_merge(const Reasons *reasons, int64 *into, const int64 *other)
{
	for (int reason = 0; reason < reasons->count; reason++)
		count_add(&into[reason], other[reason]);
}

void
reasons_rows(Row *row, const Reasons *reasons, const int64 *rows)
{
	for (int reason = 0; reason < reasons->count; reason++)
	{
		char	   *name = pstrdup(reasons->names[reason]);

		for (char *at = name; *at != '\0'; at++)
			if (*at == '_')
				*at = ' ';
		row_put_text(row, name);
		row_put(row, Int64GetDatum(rows[reason]));
		row_end(row);
	}
}

Datum
reasons_table(FunctionCallInfo fcinfo, const Reasons *reasons, const int64 *rows)
{
	Row			row;

	row_begin(&row, fcinfo);
	reasons_rows(&row, reasons, rows);
	return (Datum) 0;
}
