/*
 * sanitize_first.c
 *		Starts AddressSanitizer before all else in the server's process; only "make test-sanitize" preloads it.
 *
 * A preloaded libasan starts at the first malloc, and looks for symbols as it
 * does. Where that malloc lies inside bindtextdomain, called by a
 * constructor of some library, dlerror asks for a translation under the lock that
 * bindtextdomain holds, and the process hangs. Linked with -z initfirst.
 */
#include <stdlib.h>

__attribute__((constructor, optimize("O0")))
static void
start(void)
{
	free(malloc(1));
}
