/* miscadmin.h: nothing interrupts a unit test. */
#define CHECK_FOR_INTERRUPTS()	((void) 0)
