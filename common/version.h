// version.h - what --version prints; CMakeLists.txt says the same, and a test holds them together.
#ifndef KENTONGAN_VERSION_H
#define KENTONGAN_VERSION_H

#define KENTONGAN_VERSION "0.1.0"

#endif
