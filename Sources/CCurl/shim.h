// libcurl: room Delivery is the one that imports it. It is not linked but loaded when the first message is sent (TransferLibrary): here is
// what its functions are like.
#include <curl/curl.h>

// The functions that a transfer takes, each under its own name. Nothing changes them once they are found, so threads may share them.
typedef struct __attribute__((swift_attr("@Sendable"))) {
  __typeof__(&curl_global_init) _Nonnull curl_global_init;
  __typeof__(&curl_easy_init) _Nonnull curl_easy_init;
  __typeof__(&curl_easy_cleanup) _Nonnull curl_easy_cleanup;
  __typeof__(&curl_easy_reset) _Nonnull curl_easy_reset;
  __typeof__(&curl_easy_perform) _Nonnull curl_easy_perform;
  __typeof__(&curl_easy_strerror) _Nonnull curl_easy_strerror;
  __typeof__(&curl_slist_append) _Nonnull curl_slist_append;
  __typeof__(&curl_slist_free_all) _Nonnull curl_slist_free_all;
  // curl_easy_setopt and curl_easy_getinfo have variable arguments, which Swift cannot call: for the functions below.
  void *_Nonnull setopt;
  void *_Nonnull getinfo;
} eo_transfer_functions;

// Each kind of option has its own; `setopt` and `getinfo` are those of the struct above.
#define EO_CALL(function, address) ((__typeof__(&function))(address))
static inline CURLcode eo_curl_set_long(void *_Nonnull setopt, CURL *handle, CURLoption option, long value) {
  return EO_CALL(curl_easy_setopt, setopt)(handle, option, value);
}
static inline CURLcode eo_curl_set_text(void *_Nonnull setopt, CURL *handle, CURLoption option, const char *value) {
  return EO_CALL(curl_easy_setopt, setopt)(handle, option, value);
}
static inline CURLcode eo_curl_set_size(void *_Nonnull setopt, CURL *handle, CURLoption option, curl_off_t value) {
  return EO_CALL(curl_easy_setopt, setopt)(handle, option, value);
}
static inline CURLcode eo_curl_set_pointer(void *_Nonnull setopt, CURL *handle, CURLoption option, void *value) {
  return EO_CALL(curl_easy_setopt, setopt)(handle, option, value);
}
typedef size_t (*eo_curl_transfer)(char *bytes, size_t size, size_t count, void *user);
static inline CURLcode eo_curl_set_function(void *_Nonnull setopt, CURL *handle, CURLoption option, eo_curl_transfer function) {
  return EO_CALL(curl_easy_setopt, setopt)(handle, option, function);
}
static inline CURLcode eo_curl_get_long(void *_Nonnull getinfo, CURL *handle, CURLINFO info, long *value) {
  return EO_CALL(curl_easy_getinfo, getinfo)(handle, info, value);
}
