/*
 * shortest_dec.h
 *		PostgreSQL's common/shortest_dec.h, for a test without it: the first of
 *		1, 2, 3 ... digits that is read as the number.
 */
#ifndef STUB_SHORTEST_DEC_H
#define STUB_SHORTEST_DEC_H

#define DOUBLE_SHORTEST_DECIMAL_LEN	32
#define FLOAT_SHORTEST_DECIMAL_LEN	32

static inline int
double_to_shortest_decimal_buf(double number, char *out)
{
	int			digits = 0;

	do
		sprintf(out, "%.*e", digits++, number);
	while (strtod(out, NULL) != number && digits < 17);
	return (int) strlen(out);
}

static inline int
float_to_shortest_decimal_buf(float number, char *out)
{
	int			digits = 0;

	do
		sprintf(out, "%.*e", digits++, number);
	while (strtof(out, NULL) != number && digits < 9);
	return (int) strlen(out);
}

#endif							/* STUB_SHORTEST_DEC_H */
