/* Stub: what src uses of it, without a server */
typedef struct pg_uuid_t
{
	unsigned char data[16];
}			pg_uuid_t;
