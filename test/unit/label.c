/*
 * label.c
 *		Tests of src/path/label.c and label.h: labels at the end of memory, and
 *		tables of labels against a search through all of them.
 */
#include "path/key.h"
#include "path/label.h"

#include <sys/mman.h>

#include "unit.h"

#define PAGE		4096
#define LONGEST		40
#define TABLES		2000
#define MOST		200

/* What label.c asks of key.c where ends don't tell labels apart: any hash of all bytes will do. */
PathSecret	path_secret;

void
path_secret_need_slowly(void)
{
	path_secret.is_drawn = true;
}

PathKey
path_key_from_bytes(const char *bytes, int length)
{
	PathKey		key = {{UINT64CONST(0xcbf29ce484222325), (uint64) length}, 0, true};

	for (int i = 0; i < length; i++)
		key.word[0] = (key.word[0] ^ (unsigned char) bytes[i]) * UINT64CONST(0x100000001b3);
	return key;
}

/* The last page before memory that can't be read */
static char *
last_page(void)
{
	char	   *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	mprotect(pages + PAGE, PAGE, PROT_NONE);
	memset(pages, 'x', PAGE);
	return pages;
}

/* Are these the ends of that text? */
static bool
are_ends(const char *text, int length)
{
	uint64		head;
	uint64		tail;
	char		first[8] = {0};
	char		last[8] = {0};
	int			word = Min(length, 8);

	memcpy(first, text, word);
	memcpy(last, text + length - word, word);
	label_ends(text, length, &head, &tail);
	return memcmp(&head, first, 8) == 0 && memcmp(&tail, last, 8) == 0;
}

static void
test_ends(void)
{
	char	   *page = last_page();
	bool		right = true;

	for (int length = 0; length <= LONGEST; length++)
	{
		for (int before_end = 0; before_end <= 2 * LONGEST; before_end++)
		{
			char	   *text = page + PAGE - before_end - length;

			for (int i = 0; i < length; i++)
				text[i] = 'a' + (i * 7 + length) % 26;
			right &= are_ends(text, length);
			memset(text, 'x', length);
		}
	}
	ok(right, "the ends of labels of 0 to %d bytes, at the end of memory and before", LONGEST);
}

/* A random text, of few letters so that many are alike; in exactly as much memory */
static char *
random_text(int *length)
{
	char	   *text;

	*length = rand() % 3 > 0 ? rand() % 5 : rand() % 30;
	text = malloc(*length);
	for (int i = 0; i < *length; i++)
		text[i] = i > 8 && i < *length - 8 ? 'a' + rand() % 2 : 'a' + rand() % 3;
	return text;
}

/* The code of the first label that has this text */
static int
searched(const LabelTable *table, const char *text, int length)
{
	for (int i = 0; i < table->labels; i++)
		if (table->label[i].length == length && memcmp(table->label[i].text, text, length) == 0)
			return table->label[i].code;
	return -1;
}

/* A table of some labels, of which a few are added again, and look-ups of many texts */
static bool
try_table(int labels)
{
	LabelTable	table;
	Label	   *label = calloc(labels, sizeof(Label));
	uint16	   *slots = calloc(1, label_slots_size(labels));
	bool		right = true;
	int			length;

	label_table_begin(&table, label, labels, slots);
	for (int i = 0; i < labels; i++)
	{
		char	   *text = random_text(&length);
		int			before = searched(&table, text, length);

		right &= label_table_add(&table, text, length, i) == (before < 0 ? i : before);
	}
	label_table_settle(&table);
	for (int i = 0; i < 3 * labels; i++)
	{
		char	   *text = random_text(&length);

		right &= label_code(&table, text, length) == searched(&table, text, length);
		free(text);
	}
	for (int i = 0; i < table.labels; i++)
		free((char *) label[i].text);
	free(label);
	free(slots);
	return right;
}

static void
test_tables(void)
{
	bool		right = true;

	srand(7);
	for (int i = 0; i < TABLES; i++)
		right &= try_table(1 + rand() % MOST);
	ok(right, "%d tables find what a search finds, and nothing else", TABLES);
}

int
main(void)
{
	test_ends();
	test_tables();
	return end_tests();
}
