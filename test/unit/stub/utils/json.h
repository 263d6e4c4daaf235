/*
 * json.h
 *		PostgreSQL's utils/json.h, for a test without it.
 */
#ifndef STUB_JSON_H
#define STUB_JSON_H

#include "lib/stringinfo.h"

static inline void
escape_json(StringInfo out, const char *text)
{
	appendStringInfoChar(out, '"');
	for (; *text != '\0'; text++)
	{
		if (*text == '"' || *text == '\\')
			appendStringInfo(out, "\\%c", *text);
		else if ((unsigned char) *text < ' ')
			appendStringInfo(out, "\\u%04x", *text);
		else
			appendStringInfoChar(out, *text);
	}
	appendStringInfoChar(out, '"');
}

#endif							/* STUB_JSON_H */
