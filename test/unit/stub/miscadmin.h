/* miscadmin.h of a test without PostgreSQL: nothing of it is used. */
