/*
 * unit.h
 *		What unit tests share: TAP, numbers to try, errors. Included by the test alone.
 */
#ifndef UNIT_H
#define UNIT_H

#include "base/compat.h"

#include <stdio.h>

static jmp_buf *error_catcher = NULL;

void
raise_error(int details)
{
	(void) details;
	if (error_catcher != NULL)
		longjmp(*error_catcher, 1);
	printf("Bail out! An error that no test waits for\n");
	exit(1);
}

int
error_words(const char *format,...)
{
	(void) format;
	return 0;
}

static int	tests = 0;
static int	failures = 0;

static void ok(bool passed, const char *format,...) __attribute__((format(printf, 2, 3)));

static void
ok(bool passed, const char *format,...)
{
	va_list		arguments;

	tests++;
	failures += !passed;
	printf("%sok %d - ", passed ? "" : "not ", tests);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
}

/* The last line, and the exit status */
static inline int
end_tests(void)
{
	printf("1..%d\n", tests);
	return failures > 0;
}

/* A generator of our own, so that each run sees the same (xorshift64: Marsaglia 2003) */
static inline uint64
draw(void)
{
	static uint64 word = 88172645463325252;

	word ^= word << 13;
	word ^= word >> 7;
	word ^= word << 17;
	return word;
}

/* As many bits as not, of so many */
static inline uint64
draw_bits(int most)
{
	uint64		bits = draw() % (uint64) (most + 1);

	return bits == 0 ? 0 : draw() >> (64 - bits);
}

/* Whether a statement ends in an error */
#define FAILS(statement) \
	({ \
		jmp_buf		catcher; \
		volatile bool failed = true; \
\
		error_catcher = &catcher; \
		if (setjmp(catcher) == 0) \
		{ \
			statement; \
			failed = false; \
		} \
		error_catcher = NULL; \
		failed; \
	})

#endif							/* UNIT_H */
