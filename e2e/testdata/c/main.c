// A C program that uses the kitchen plugin by its header alone.

#include "kitchen.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static int failures;

#define CHECK(what)                                                     \
	do {                                                                \
		if (!(what)) {                                                  \
			printf("main.c:%d: not so: %s\n", __LINE__, #what);         \
			failures++;                                                 \
		}                                                               \
	} while (0)

static winplugin_bytes text(const char *s)
{
	winplugin_bytes b = { (char *)s, (int64_t)strlen(s) };
	return b;
}

// Compares, and frees what the plugin returned. A NUL follows the last byte.
static int is(winplugin_bytes b, const char *want, int64_t len)
{
	int same = b.data && b.len == len && memcmp(b.data, want, (size_t)len) == 0 && b.data[len] == 0;
	if (!same)
		printf("got %lld bytes: %.40s\n", (long long)b.len, b.data ? b.data : "NULL");
	winplugin_free(b.data);
	return same;
}

static int is_text(winplugin_bytes b, const char *want) { return is(b, want, (int64_t)strlen(want)); }

static void numbers(void)
{
	CHECK(go_plugin_kitchen_Add(10, 20) == 30);
	CHECK(go_plugin_kitchen_Bool(true) && !go_plugin_kitchen_Bool(false));
	CHECK(go_plugin_kitchen_Int(INT64_MIN) == INT64_MIN);
	CHECK(go_plugin_kitchen_Int8(INT8_MIN) == INT8_MIN);
	CHECK(go_plugin_kitchen_Int16(INT16_MIN) == INT16_MIN);
	CHECK(go_plugin_kitchen_Int32(INT32_MIN) == INT32_MIN);
	CHECK(go_plugin_kitchen_Int64(INT64_MAX) == INT64_MAX);
	CHECK(go_plugin_kitchen_Uint(UINT64_MAX) == UINT64_MAX);
	CHECK(go_plugin_kitchen_Uint8(UINT8_MAX) == UINT8_MAX);
	CHECK(go_plugin_kitchen_Uint16(UINT16_MAX) == UINT16_MAX);
	CHECK(go_plugin_kitchen_Uint32(UINT32_MAX) == UINT32_MAX);
	CHECK(go_plugin_kitchen_Uint64(UINT64_MAX) == UINT64_MAX);
	CHECK(go_plugin_kitchen_Uintptr(UINTPTR_MAX) == UINTPTR_MAX);
	CHECK(go_plugin_kitchen_Float32(0.1f) == 0.1f);
	CHECK(go_plugin_kitchen_Float64(-INFINITY) == -INFINITY);
	CHECK(isnan(go_plugin_kitchen_Float64(NAN)));
	CHECK(go_plugin_kitchen_Rune(0x4e16) == 0x4e16);
	CHECK(go_plugin_kitchen_Warmer(20, 1.5) == 21.5);
	CHECK(go_plugin_kitchen_Double(21) == 42);
	CHECK(go_plugin_kitchen_Sum(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20) == 210);
	go_plugin_kitchen_Nothing();
	CHECK(sizeof(go_plugin_kitchen_Add(0, 0)) == 8);
}

static void texts(void)
{
	winplugin_bytes none = { NULL, 0 }, zeros = { (char *)"a\0b", 3 };
	CHECK(is_text(go_plugin_kitchen_Echo(text("text")), "text"));
	CHECK(is_text(go_plugin_kitchen_Echo(none), ""));
	CHECK(is(go_plugin_kitchen_Echo(zeros), "a\0b", 3));
	CHECK(is_text(go_plugin_kitchen_Label(text("x")), "<x>"));
	CHECK(go_plugin_kitchen_Gr_u00f6_u00dfe(text("\303\244")) == 2);
	CHECK(is(go_plugin_kitchen_Bytes(zeros), "a\0b", 3));
	CHECK(is_text(go_plugin_kitchen_Bytes(text("")), ""));
	CHECK(go_plugin_kitchen_Bytes(none).data == NULL);
	CHECK(go_plugin_kitchen_Count(zeros) == 3);

	// The plugin keeps a copy of what it is given.
	char mine[] = "argument";
	go_plugin_kitchen_Keep(text(mine));
	memset(mine, 'X', 8);
	CHECK(is_text(go_plugin_kitchen_Kept(), "argument"));

	winplugin_bytes large = go_plugin_kitchen_Repeat(text("x"), 3 << 20);
	CHECK(large.len == 3 << 20 && large.data[0] == 'x' && strlen(large.data) == 3 << 20);
	winplugin_free(large.data);
	winplugin_free(NULL);
}

static void several(void)
{
	struct go_plugin_kitchen_Many_return many = go_plugin_kitchen_Many(-1, 2, 0.5f, true);
	CHECK(many.r0 && many.r1 == 0.5f && many.r2 == 2 && many.r3 == -1);

	struct go_plugin_kitchen_Pieces_return pieces = go_plugin_kitchen_Pieces(text("a"), text("b"), 10);
	CHECK(is_text(pieces.r0, "aa"));
	CHECK(is_text(pieces.r1, "bb"));
	CHECK(is_text(pieces.r2, "----------"));
	CHECK(pieces.r3 == 10);
}

static void errors(void)
{
	struct go_plugin_kitchen_Take_return take = go_plugin_kitchen_Take(5, 3);
	CHECK(take.r0 == 2 && take.r1.data == NULL);
	take = go_plugin_kitchen_Take(1, 3);
	CHECK(take.r0 == 0 && is_text(take.r1, "2 missing"));
	CHECK(go_plugin_kitchen_Fail(text("")).data == NULL);
	CHECK(is_text(go_plugin_kitchen_Fail(text("no")), "no"));

	winplugin_bytes wrong = { (char *)"no", -1 }, missing = { NULL, 2 };
	CHECK(is_text(go_plugin_kitchen_Fail(wrong), "go_plugin_kitchen_Fail: parameter text has the length -1, which no value in memory can have"));
	CHECK(is_text(go_plugin_kitchen_Fail(missing), "go_plugin_kitchen_Fail: parameter text has the length 2, and its data is NULL"));
}

int main(void)
{
	for (int i = 0; i < 100; i++) {
		numbers();
		texts();
		several();
		errors();
	}
	if (failures)
		return 1;
	puts("all is well");
	return 0;
}
