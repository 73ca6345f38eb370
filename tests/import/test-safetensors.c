/* SPDX-License-Identifier: GPL-3.0-or-later */

/* safetensors files, sound and hostile: the list of attacks of the format's own project (README and attacks/README.md
 * of huggingface/safetensors), its index of shards, and quantized checkpoints. */

#include "plim-safetensors.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "tensor-files.h"

/* A file with @header, said to have @length bytes, and @data_bytes of zeros. */
static GByteArray *
make_file (const char *header,
           guint64     length,
           guint       data_bytes)
{
  GByteArray *bytes = g_byte_array_new ();

  put_number (bytes, length, 8, FALSE);
  put_text (bytes, header);
  for (guint i = 0; i < data_bytes; i++)
    put_number (bytes, 0, 1, FALSE);

  return bytes;
}

static char *
write_header (const char *folder,
              const char *name,
              const char *header,
              gint64      data_bytes)
{
  gint64                 length = (gint64) strlen (header);
  g_autoptr (GByteArray) bytes = make_file (header, (guint64) length, 0);

  return write_file (folder, name, bytes, 8 + length + data_bytes);
}

static PlimSafetensors *
read_sound (const char *path)
{
  g_autoptr (GError) error = NULL;
  PlimSafetensors   *safetensors = plim_safetensors_read (path, 0, NULL, &error);

  g_assert_no_error (error);

  return safetensors;
}

static void
expect_refusal (const char *path,
                const char *name,
                const char *reason)
{
  g_autoptr (GError)          error = NULL;
  g_autoptr (PlimSafetensors) safetensors = plim_safetensors_read (path, 0, NULL, &error);

  g_assert_null (safetensors);
  assert_message (error, name, reason);
}

static void
test_sound (void)
{
  /* 3 x 4 of BF16 are 24 bytes, 4 of F32 are 16, an empty tensor none; blanks pad the header. */
  static const char header[] =
    "{\"__metadata__\":{\"format\":\"pt\"},"
    "\"lm_head.weight\":{\"dtype\":\"BF16\",\"shape\":[3,4],\"data_offsets\":[16,40]},"
    "\"model.norm.weight\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]},"
    "\"empty\":{\"data_offsets\":[40,40],\"shape\":[0,9],\"dtype\":\"F16\"}}     ";
  g_autofree char            *folder = make_folder ();
  g_autofree char            *path = write_header (folder, "model.safetensors", header, 40);
  g_autoptr (PlimSafetensors) safetensors = read_sound (path);
  PlimTensorTable            *tensors = plim_safetensors_get_tensors (safetensors);

  g_assert_cmpuint (plim_tensor_table_get_count (tensors), ==, 3);
  g_assert_cmpstr (plim_safetensors_get_metadata (safetensors, "format"), ==, "pt");
  g_assert_cmpint (plim_tensor_table_get_totals (tensors).size_bytes, ==, 40);
  g_assert_cmpint (plim_tensor_table_get_totals (tensors).parameters_count, ==, 16);
  g_assert_cmpint (plim_tensor_table_get_class_totals (tensors, PLIM_TENSOR_CLASS_HEAD).size_bytes, ==, 24);
  g_assert_cmpint (
    plim_tensor_table_get_type_totals (tensors, plim_tensor_type_from_safetensors ("F32", 3)).parameters_count, ==, 4);
  remove_folder (folder);
}

/* The same header, written as different writers do: without blanks, with them, with escapes, with the members in
 * another order and with members that nobody knows.  "ä" is in a name of two of them. */
static const struct
{
  const char *header;
  const char *name; /* of the first tensor */
} same_headers[] = {
  { "{\"__metadata__\":{\"note\":\"a \\\"}{\\\" "
    "b\"},\"lm_head.weight\":{\"dtype\":\"BF16\",\"shape\":[3,4],\"data_offsets\":"
    "[16,40]},\"x\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},\"y\":{\"dtype\":\"F32\",\"shape\":[3],"
    "\"data_offsets\":[4,16]}}",
    "lm_head.weight" },
  { "{ \"__metadata__\" : { \"note\" : \"a \\\"}{\\\" b\" } ,\n\t\"lm_head.weight\": {\"dtype\": \"BF16\", \"shape\": "
    "[3, 4],"
    "\"data_offsets\": [16, 40]}, \"x\": {\"dtype\": \"F32\", \"shape\": [ ], \"data_offsets\": [0, 4]},"
    "\"y\": {\"dtype\": \"F32\", \"shape\": [3], \"data_offsets\": [4, 16]} }  \n",
    "lm_head.weight" },
  { "{\"lm_head.weight\":{\"data_offsets\":[16,40],\"dtype\":\"BF16\",\"shape\":[3,4]},\"x\":{\"shape\":[],\"dtype\":"
    "\"F32\","
    "\"data_offsets\":[0,4]},\"y\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[4,16]},\"__metadata__\":{"
    "\"note\":"
    "\"a \\\"}{\\\" b\"}}",
    "lm_head.weight" },
  { "{\"__metadata__\":{\"note\":\"a \\\"}{\\\" "
    "b\"},\"lm_head.weight\":{\"dtype\":\"BF16\",\"shape\":[3,4],\"data_offsets\":"
    "[16,40],\"by\":{\"x\":[1]}},\"\\u0078\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},\"y\":{\"dtype\":"
    "\"F\\u00332\",\"shape\":[3],\"data_offsets\":[4,16]}}",
    "lm_head.weight" },
  { "{\"__metadata__\":{\"note\":\"a \\\"}{\\\" "
    "b\"},\"lm_h\303\244d\":{\"dtype\":\"BF16\",\"shape\":[3,4],\"data_offsets\":"
    "[16,40]},\"x\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},\"y\":{\"dtype\":\"F32\",\"shape\":[3],"
    "\"data_offsets\":[4,16]}}",
    "lm_h\303\244d" },
  { "{\"lm_h\\u00e4d\":{\"dtype\":\"BF16\",\"shape\":[3,4],\"data_offsets\":[16,40]},\"__metadata__\":{\"note\":"
    "\"a \\\"}{\\\" "
    "b\"},\"x\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},\"y\":{\"dtype\":\"F32\",\"shape\":[3],"
    "\"data_offsets\":[4,16]}}",
    "lm_h\303\244d" },
};

static void
test_same_headers (void)
{
  g_autofree char *folder = make_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (same_headers); i++)
    {
      g_autofree char            *path = write_header (folder, "model.safetensors", same_headers[i].header, 40);
      g_autoptr (PlimSafetensors) safetensors = read_sound (path);
      PlimTensorTable            *tensors = plim_safetensors_get_tensors (safetensors);
      PlimTensor                  tensor;

      g_assert_cmpuint (plim_tensor_table_get_count (tensors), ==, 3);
      g_assert_cmpstr (plim_safetensors_get_metadata (safetensors, "note"), ==, "a \"}{\" b");
      plim_tensor_table_get (tensors, 0, &tensor);
      g_assert_cmpstr (tensor.name, ==, same_headers[i].name);
      g_assert_cmpint (tensor.offset_bytes, ==, 16);
      g_assert_cmpint (tensor.elements_count, ==, 12);
      g_assert_cmpuint (tensor.n_dimensions, ==, 2);
      g_assert_cmpint (plim_tensor_table_find (tensors, "x"), ==, 1);
      g_assert_cmpint (plim_tensor_table_find (tensors, "y"), ==, 2);
      g_assert_cmpint (plim_tensor_table_find (tensors, "z"), ==, -1);
      g_assert_cmpint (plim_tensor_table_get_totals (tensors).size_bytes, ==, 40);
    }
  remove_folder (folder);
}

#define T(name, dtype, shape, offsets) \
  "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":" offsets "}"

static const struct
{
  const char *header;
  guint       data_bytes;
  const char *reason;
} attacks[] = {
  { "{" T ("a", "F32", "[2]", "[0,8]") "," T ("a", "F32", "[2]", "[8,16]") "}", 16, "a: this tensor is there twice" },
  { "{" T ("a", "F32", "[2]", "[0,8]") "," T ("b", "F32", "[2]", "[4,12]") "}", 12, "b: it overlaps another tensor" },
  { "{" T ("a", "F32", "[2]", "[0,8]") "," T ("b", "F32", "[2]", "[0,8]") "}", 8, "b: it overlaps another tensor" },
  { "{" T ("a", "F32", "[2]", "[0,8]") "," T ("b", "F32", "[2]", "[12,20]") "}", 20, "b: the 4 bytes before it are no" },
  { "{" T ("a", "F32", "[2]", "[4,12]") "}", 12, "a: the 4 bytes before it are no tensor's" },
  { "{" T ("a", "F32", "[2]", "[0,8]") "}", 12, "data: the last 4 bytes are no tensor's" },
  { "{" T ("a", "F32", "[2]", "[0,8]") "}", 7, "a: it ends at byte 8 of the data, but there are only 7" },
  { "{" T ("a", "F32", "[2]", "[0,12]") "}", 12, "a: its shape takes 8 bytes, but 12 are given to it" },
  { "{" T ("a", "F16", "[2]", "[0,8]") "}", 8, "a: its shape takes 4 bytes, but 8 are given to it" },
  { "{" T ("a", "F32", "[2]", "[8,0]") "}", 8, "a: “data_offsets” are not two whole numbers" },
  { "{" T ("a", "F32", "[2]", "[-8,0]") "}", 8, "a: “data_offsets” are not two whole numbers" },
  { "{" T ("a", "F32", "[2]", "[0,8,8]") "}", 8, "a: “data_offsets” are not two whole numbers" },
  { "{" T ("a", "F32", "[2]", "[0,8.0]") "}", 8, "a: “data_offsets” are not two whole numbers" },
  { "{" T ("a", "F32", "[2]", "[0,18446744073709551615]") "}", 8, "a: “data_offsets” are not two whole numbers" },
  { "{" T ("a", "F32", "[2]", "[0,9223372036854775807]") "}", 8, "a: it ends at byte 9223372036854775807" },
  { "{" T ("a", "F32", "[4294967296,4294967296]", "[0,0]") "}", 0, "a: the dimensions multiply to more elements" },
  { "{" T ("a", "F32", "[4611686018427387904]", "[0,0]") "}", 0, "a: the dimensions multiply to more bytes" },
  { "{" T ("a", "F32", "[-2]", "[0,8]") "}", 8, "a: dimension 1 is not a whole number" },
  { "{" T ("a", "F32", "[2.5]", "[0,8]") "}", 8, "a: dimension 1 is not a whole number" },
  { "{" T ("a", "F32", "[\"2\"]", "[0,8]") "}", 8, "a: dimension 1 is not a whole number" },
  { "{" T ("a", "F32", "[1e400]", "[0,8]") "}", 8, "header: it is not valid JSON" },
  { "{" T ("a", "F32", "[1,1,1,1,1,1,1,1,1]", "[0,4]") "}", 4, "a: 9 dimensions are too many" },
  { "{" T ("a", "F99", "[2]", "[0,8]") "}", 8, "a: there is no type “F99”" },
  { "{" T ("a", "F4", "[3]", "[0,2]") "}", 2, "a: 3 elements are not whole blocks of 2, as F4 has them" },
  { "{" T ("", "F32", "[2]", "[0,8]") "}", 8, "tensors: a tensor has no name" },
  { "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "a: “dtype” is there twice" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8, "a: “dtype”, “shape” or “data_offsets” is missing" },
  { "{\"a\":[]}", 0, "a: it is not described by an object" },
  { "{\"__metadata__\":{\"a\":1}}", 0, "__metadata__: a value is not a text" },
  { "{\"__metadata__\":[]}", 0, "__metadata__: it is not an object" },
  { "{\"__metadata__\":{},\"__metadata__\":{}}", 0, "__metadata__: it is there twice" },
  { "{" T ("a", "F32", "[2]", "[0,08]") "}", 8, "header: it is not valid JSON" },
  { "{" T ("a", "F32", "[2]", "[0,8]") ",}", 8, "header: it is not valid JSON" },
  { "{" T ("a", "F32", "[2,]", "[0,8]") "}", 8, "header: it is not valid JSON" },
  { "{" T ("a", "F32", "[2]", "[0,8]") "}x", 8, "header: it is not valid JSON" },
  { "{" T ("a", "F32", "[2]", "[0,8]") ",\"__metadata__\":{\"a\":\"b}", 8, "header: it is not valid JSON" },
  { "{" T ("a", "F32", "[2]", "[0,8]") ",\"__metadata__\":{\"a\"}}", 8, "header: it is not valid JSON" },
  { "{" T ("a", "F32", "[2]", "[0,99999999999999999999]") "}", 8, "a: “data_offsets” are not two whole numbers" },
  { "{" T ("a", "F32", "[2]", "[0]") "}", 8, "a: “data_offsets” are not two whole numbers" },
  { "{\"\xff\":1}", 0, "header: it is not valid JSON" },
  { "{} {}", 0, "header: it is not valid JSON" },
  { "{\"a\":1", 0, "header: it is not valid JSON" },
  { " {}", 0, "header: it does not begin with “{”" },
  { "[1]", 0, "header: it does not begin with “{”" },
  { "\xef\xbb\xbf{}", 0, "header: it does not begin with “{”" },
};

static void
test_attacks (void)
{
  g_autofree char *folder = make_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (attacks); i++)
    {
      g_autofree char *path = write_header (folder, "bad.safetensors", attacks[i].header, attacks[i].data_bytes);

      expect_refusal (path, "bad.safetensors", attacks[i].reason);
    }
  remove_folder (folder);
}

/* What the length of the header may claim; -1 = the length of the text itself. */
static const struct
{
  guint64     length;
  gint64      file_bytes;
  const char *reason;
} lengths[] = {
  { 3, 10, "the header is said to have 3 bytes, but the file has 10 in all" },
  { G_MAXUINT64, 10, "the header is said to have 18446744073709551615 bytes" },
  { G_MAXUINT64 - 7, 10, "the header is said to have 18446744073709551608 bytes" },
  { G_GUINT64_CONSTANT (1) << 63, 10, "the header is said to have 9223372036854775808 bytes" },
  { 100000001, G_GINT64_CONSTANT (1) << 40, "the header is said to have 100000001 bytes; at most 100000000 are allowed" },
  { G_GUINT64_CONSTANT (4) << 30, G_GINT64_CONSTANT (1) << 40, "the header is said to have 4294967296 bytes; at most" },
  { 1, 10, "a header of 1 bytes is too short" },
};

static void
test_lengths (void)
{
  g_autofree char *folder = make_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr (GByteArray) bytes = make_file ("{}", lengths[i].length, 0);
      g_autofree char       *path = write_file (folder, "bad.safetensors", bytes, lengths[i].file_bytes);

      expect_refusal (path, "bad.safetensors", lengths[i].reason);
    }
  remove_folder (folder);
}

static void
test_foreign (void)
{
  static const struct
  {
    const char *text;
    const char *reason;
  } rows[] = {
    { "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 4976698672\n", "this is a Git LFS pointer" },
    { "<!DOCTYPE html>\n<html>", "this is a web page" },
    { "PK\003\004        ", "this is a PyTorch checkpoint" },
    { "\200\002}q\001        ", "this is a Python pickle" },
    { "GGUF\003        ", "this is a GGUF file, not safetensors" },
    { "Entry not found", "this is the message" },
    { "", "the file is empty" },
    { "{}", "the file ends after 2 bytes" },
  };
  g_autofree char *folder = make_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autofree char       *path = NULL;

      put_text (bytes, rows[i].text);
      path = write_file (folder, "model.safetensors", bytes, 0);
      expect_refusal (path, "model.safetensors", rows[i].reason);
    }
  remove_folder (folder);
}

/* A header of nearly the limit, 100 MB, in a file of 400 GB: only the header is read. */
static void
test_large_header (void)
{
  static const guint          n_tensors = 690000;
  static const gint64         each_bytes = 400000;
  g_autofree char            *folder = make_folder ();
  g_autoptr (GString)         header = g_string_new ("{");
  g_autofree char            *path = NULL;
  g_autoptr (PlimSafetensors) safetensors = NULL;
  PlimTensorTable            *tensors;

  for (guint i = 0; i < n_tensors; i++)
    g_string_append_printf (header,
                            "%s\"model.layers.%05u.mlp.experts.%05u.gate_proj.weight\":{\"dtype\":\"BF16\",\"shape\":"
                            "[200,1000],\"data_offsets\":[%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT "]}",
                            i > 0 ? "," : "", i / 1000, i % 1000, i * each_bytes, (i + 1) * each_bytes);
  g_string_append_c (header, '}');
  g_assert_cmpuint (header->len, >, 90000000);
  g_assert_cmpuint (header->len, <=, PLIM_SAFETENSORS_MOST_HEADER_BYTES);
  while (header->len < PLIM_SAFETENSORS_MOST_HEADER_BYTES)
    g_string_append_c (header, ' ');

  path = write_header (folder, "model.safetensors", header->str, n_tensors * each_bytes);
  safetensors = read_sound (path);
  tensors = plim_safetensors_get_tensors (safetensors);
  g_assert_cmpuint (plim_tensor_table_get_count (tensors), ==, n_tensors);
  g_assert_cmpint (plim_tensor_table_get_class_totals (tensors, PLIM_TENSOR_CLASS_EXPERTS).size_bytes, ==,
                   n_tensors * each_bytes);
  /* The header, its length, and what was looked at to tell other kinds of file. */
  g_assert_cmpint (plim_safetensors_get_read_bytes (safetensors), <=, PLIM_SAFETENSORS_MOST_HEADER_BYTES + 8 + 512);
  remove_folder (folder);
}

/* A header of nothing but short values would take many times its size in memory. */
static void
test_memory (void)
{
  g_autofree char    *folder = make_folder ();
  g_autoptr (GString) header = g_string_new ("{\"a\":[0");
  g_autofree char    *path = NULL;

  for (guint i = 0; i < 4 * 1024 * 1024; i++)
    g_string_append (header, ",0");
  g_string_append (header, "]}");
  path = write_header (folder, "bad.safetensors", header->str, 0);
  expect_refusal (path, "bad.safetensors", "header: it is not valid JSON");
  remove_folder (folder);
}

static void
write_text (const char *folder,
            const char *name,
            const char *text)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  put_text (bytes, text);
  g_free (write_file (folder, name, bytes, 0));
}

#define INDEX "model.safetensors.index.json"

static void
test_index (void)
{
  static const char map[] = "{\"metadata\":{\"total_size\":24},\"weight_map\":{\"a\":\"model-1.safetensors\","
                            "\"b\":\"model-2.safetensors\"}}";
  g_autofree char  *folder = make_folder ();
  g_autofree char  *index = g_build_filename (folder, INDEX, NULL);
  g_autofree char  *one = write_header (folder, "model-1.safetensors", "{" T ("a", "F32", "[2]", "[0,8]") "}", 8);
  g_autofree char  *two = write_header (folder, "model-2.safetensors", "{" T ("b", "F32", "[4]", "[0,16]") "}", 16);
  const char       *paths[] = { index, folder };

  write_text (folder, INDEX, map);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (PlimSafetensors) safetensors = read_sound (paths[i]);

      g_assert_cmpuint (plim_safetensors_get_files_count (safetensors), ==, 2);
      g_assert_cmpint (plim_safetensors_get_declared_bytes (safetensors), ==, 24);
      g_assert_cmpint (plim_tensor_table_get_totals (plim_safetensors_get_tensors (safetensors)).size_bytes, ==, 24);
    }

  g_assert_cmpint (g_remove (two), ==, 0);
  expect_refusal (index, INDEX, "model-2.safetensors: this file of the model is missing");
  g_assert_cmpint (g_remove (index), ==, 0);
  {
    g_autoptr (PlimSafetensors) safetensors = read_sound (folder);

    g_assert_cmpuint (plim_safetensors_get_files_count (safetensors), ==, 1);
  }
  g_assert_cmpint (g_remove (one), ==, 0);
  {
    g_autofree char *name = g_path_get_basename (folder);

    expect_refusal (folder, name, "there are no safetensors files in this folder");
  }
  remove_folder (folder);
}

static void
test_index_attacks (void)
{
  static const struct
  {
    const char *text;
    const char *reason;
  } rows[] = {
    { "{\"weight_map\":{\"a\":\"../model-1.safetensors\"}}", "must be a safetensors file of the same folder" },
    { "{\"weight_map\":{\"a\":\"/etc/model.safetensors\"}}", "must be a safetensors file of the same folder" },
    { "{\"weight_map\":{\"a\":\"sub/model.safetensors\"}}", "must be a safetensors file of the same folder" },
    { "{\"weight_map\":{\"a\":\"pytorch_model.bin\"}}", "must be a safetensors file of the same folder" },
    { "{\"weight_map\":{\"a\":\"\\u0000.safetensors\"}}", "must be a safetensors file of the same folder" },
    { "{\"weight_map\":{\"a\":1}}", "must be a safetensors file of the same folder" },
    { "{\"weight_map\":{}}", "there is no “weight_map” of tensors" },
    { "{\"weight_map\":[]}", "there is no “weight_map” of tensors" },
    { "[]", "there is no “weight_map” of tensors" },
    { "{\"weight_map\":{\"z\":\"model-1.safetensors\"}}", "tensor “z” is not in “model-1.safetensors”" },
    { "{\"weight_map\":", "" },
  };
  g_autofree char *folder = make_folder ();
  g_autofree char *index = g_build_filename (folder, INDEX, NULL);
  g_autofree char *one = write_header (folder, "model-1.safetensors", "{" T ("a", "F32", "[2]", "[0,8]") "}", 8);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      write_text (folder, INDEX, rows[i].text);
      expect_refusal (index, INDEX, rows[i].reason);
    }
  remove_folder (folder);
}

/* Quantized linear layers of 64 inputs and 128 outputs, in groups of 32: 8192 weights each. */
static const struct
{
  const char *name;
  const char *header;
  guint       data_bytes;
  gint64      parameters_count;
  gint64      unknown_count;
} quantized[] = {
  /* 8 weights of 4 bits in 32, along the inputs. */
  { "GPTQ, 4 bits",
    "{" T ("q_proj.qweight", "I32", "[8,128]", "[0,4096]") "," T ("q_proj.scales",
                                                                  "F16",
                                                                  "[2,128]",
                                                                  "[4096,4608]") "," T ("q_proj.qzeros",
                                                                                        "I32",
                                                                                        "[2,16]",
                                                                                        "[4608,4736]") "}",
    4736, 8192, 0 },
  /* 4 weights of 8 bits in 32, with the order of the inputs. */
  { "GPTQ, 8 bits",
    "{" T ("q_proj.qweight", "I32", "[16,128]", "[0,8192]") "," T ("q_proj.scales",
                                                                   "F16",
                                                                   "[2,128]",
                                                                   "[8192,8704]") "," T ("q_proj.g_idx",
                                                                                         "I32",
                                                                                         "[64]",
                                                                                         "[8704,8960]") "}",
    8960, 8192, 0 },
  { "AWQ",
    "{" T ("q_proj.qweight", "I32", "[64,16]", "[0,4096]") "," T ("q_proj.scales",
                                                                  "F16",
                                                                  "[2,128]",
                                                                  "[4096,4608]") "," T ("q_proj.qzeros",
                                                                                        "I32",
                                                                                        "[2,16]",
                                                                                        "[4608,4736]") "}",
    4736, 8192, 0 },
  { "without scales", "{" T ("q_proj.qweight", "I32", "[8,128]", "[0,4096]") "}", 4096, 0, 1 },
  { "bitsandbytes",
    "{" T ("q_proj.weight",
           "U8",
           "[4096,1]",
           "[0,4096]") "," T ("q_proj.weight.absmax",
                              "U8",
                              "[128]",
                              "[4096,4224]") "," T ("q_proj.weight.quant_state.bitsandbytes__nf4",
                                                    "U8",
                                                    "[8]",
                                                    "[4224,4232]") "}",
    4232, 8192, 0 },
  { "NVFP4",
    "{" T ("q_proj.weight", "U8", "[128,32]", "[0,4096]") "," T ("q_proj.weight_scale",
                                                                 "F8_E4M3",
                                                                 "[128,4]",
                                                                 "[4096,4608]") "," T ("q_proj.weight_scale_2",
                                                                                       "F32",
                                                                                       "[]",
                                                                                       "[4608,4612]") "}",
    4612, 8192, 0 },
  { "FP8 by blocks",
    "{" T ("q_proj.weight", "F8_E4M3", "[128,64]", "[0,8192]") "," T ("q_proj.weight_scale_inv",
                                                                      "F32",
                                                                      "[1,1]",
                                                                      "[8192,8196]") "}",
    8196, 8192, 0 },
  { "MXFP4 of gpt-oss",
    "{" T ("mlp.experts.gate_up_proj_blocks",
           "U8",
           "[1,128,2,16]",
           "[0,4096]") "," T ("mlp.experts.gate_up_proj_scales", "U8", "[1,128,2]", "[4096,4352]") "}",
    4352, 8192, 0 },
  { "positions", "{" T ("embeddings.position_ids", "I64", "[4]", "[0,32]") "}", 32, 0, 0 },
};

static void
test_quantized (void)
{
  g_autofree char *folder = make_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (quantized); i++)
    {
      const char                 *header = quantized[i].header;
      g_autofree char            *path = write_header (folder, "q.safetensors", header, quantized[i].data_bytes);
      g_autoptr (PlimSafetensors) safetensors = read_sound (path);
      PlimTensorTotals            totals = plim_tensor_table_get_totals (plim_safetensors_get_tensors (safetensors));

      g_test_message ("%s", quantized[i].name);
      g_assert_cmpint (totals.size_bytes, ==, quantized[i].data_bytes);
      g_assert_cmpint (totals.parameters_count, ==, quantized[i].parameters_count);
      g_assert_cmpint (totals.unknown_tensors_count, ==, quantized[i].unknown_count);
    }
  remove_folder (folder);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/safetensors/sound", test_sound);
  g_test_add_func ("/safetensors/same-headers", test_same_headers);
  g_test_add_func ("/safetensors/attacks", test_attacks);
  g_test_add_func ("/safetensors/lengths", test_lengths);
  g_test_add_func ("/safetensors/foreign", test_foreign);
  g_test_add_func ("/safetensors/large-header", test_large_header);
  g_test_add_func ("/safetensors/memory", test_memory);
  g_test_add_func ("/safetensors/index", test_index);
  g_test_add_func ("/safetensors/index/attacks", test_index_attacks);
  g_test_add_func ("/safetensors/quantized", test_quantized);

  return g_test_run ();
}
