/*
 * receive.c
 *		Any bytes through a type's receive function, for the mutation test.
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/lsyscache.h"

#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* receive_value(bytea) returns the type whose receive function reads the bytes */
PG_FUNCTION_INFO_V1(receive_value);
Datum
receive_value(PG_FUNCTION_ARGS)
{
	bytea	   *bytes = PG_GETARG_BYTEA_PP(0);
	Oid			receive;
	Oid			element;
	StringInfoData message;
	Datum		value;

	getTypeBinaryInputInfo(get_func_rettype(fcinfo->flinfo->fn_oid), &receive, &element);
	initStringInfo(&message);
	appendBinaryStringInfo(&message, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
	value = OidReceiveFunctionCall(receive, &message, element, -1);

	/* as PostgreSQL does for each column of COPY and each parameter */
	if (message.cursor != message.len)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("incorrect binary data format")));
	PG_RETURN_DATUM(value);
}
