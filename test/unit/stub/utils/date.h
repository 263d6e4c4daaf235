/* utils/date.h of a test without PostgreSQL */
#include "datatype/timestamp.h"
