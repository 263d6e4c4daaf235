/*
 * numeric.h
 *		PostgreSQL's utils/numeric.h, for a test without it.
 *
 * stub_numeric_in and _out make and read PostgreSQL's stored form: a header,
 * in the long form a weight, and digits of base 10000. They are written from the
 * description of that form, not from the code that is tested. Sums of wide
 * numbers are PostgreSQL's business, and an error here.
 */
#ifndef STUB_NUMERIC_H
#define STUB_NUMERIC_H

#include "base/compat.h"

#include <math.h>

typedef struct varlena *Numeric;

#define NumericGetDatum(value)	PointerGetDatum(value)
#define DatumGetNumeric(datum)	((Numeric) (datum))
#define DatumGetNumericCopy(datum)	((Numeric) memcpy(malloc(((Numeric) (datum))->size), (Numeric) (datum), ((Numeric) (datum))->size))

extern bool stub_long_numerics;	/* whether those that could be short are long all the same */

extern Datum stub_numeric_in(Datum text, Datum type, Datum modifier);
extern Datum stub_numeric_out(Datum numeric);

static inline Datum
refuse_wide(Datum a, Datum b)
{
	(void) a, (void) b;
	elog(ERROR, "a wide number");
}

#define stub_numeric_add(a, b)	refuse_wide((a), (b))
#define stub_numeric_mul(a, b)	refuse_wide((a), (b))
#define stub_numeric_div(a, b)	refuse_wide((a), (b))
#define stub_numeric_cmp(a, b)	refuse_wide((a), (b))
#define stub_numeric_round(a, b)	refuse_wide((a), (b))
#define stub_numeric_sub(a, b)	refuse_wide((a), (b))
#define stub_numeric_div_trunc(a, b)	refuse_wide((a), (b))
#define stub_numeric_sign(a)	refuse_wide((a), 0)
#define stub_numeric_uminus(a)	refuse_wide((a), 0)
#define stub_numeric_int4(a)	refuse_wide((a), 0)
#define stub_int4_numeric(a)	refuse_wide((a), 0)
#define stub_numeric_float8_no_overflow(a)	refuse_wide((a), 0)

#endif							/* STUB_NUMERIC_H */
