/* Stub: what src uses of it, without a server */
#define pg_ntoh64(x)	__builtin_bswap64(x)
