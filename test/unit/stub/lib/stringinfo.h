/*
 * stringinfo.h
 *		PostgreSQL's lib/stringinfo.h, for a test without it.
 */
#ifndef STUB_STRINGINFO_H
#define STUB_STRINGINFO_H

#include "base/compat.h"

typedef struct StringInfoData
{
	char	   *data;
	int			len;
	int			room;
}			StringInfoData;

typedef StringInfoData *StringInfo;

static inline void
initStringInfo(StringInfo out)
{
	out->room = 64;
	out->len = 0;
	out->data = calloc(1, out->room);
}

static inline void
appendBinaryStringInfo(StringInfo out, const void *bytes, int length)
{
	if (out->len + length >= out->room)
	{
		out->room = 2 * (out->len + length);
		out->data = realloc(out->data, out->room);
	}
	memcpy(out->data + out->len, bytes, length);
	out->len += length;
	out->data[out->len] = '\0';
}

static inline void
appendStringInfoString(StringInfo out, const char *text)
{
	appendBinaryStringInfo(out, text, strlen(text));
}

static inline void
appendStringInfoChar(StringInfo out, char character)
{
	appendBinaryStringInfo(out, &character, 1);
}

#define appendStringInfoCharMacro(out, character)	appendStringInfoChar((out), (character))
#define appendStringInfo(out, ...)	appendStringInfoString((out), psprintf(__VA_ARGS__))

#endif							/* STUB_STRINGINFO_H */
