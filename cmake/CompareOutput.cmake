# Runs PROGRAM and compares what it prints with EXPECTED, byte for byte.
execute_process(COMMAND "${PROGRAM}" OUTPUT_FILE "${OUTPUT}" RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} ended with ${result}")
endif()
execute_process(COMMAND diff -u "${EXPECTED}" "${OUTPUT}" RESULT_VARIABLE different)
if(different)
  message(FATAL_ERROR "the output of ${PROGRAM} differs from ${EXPECTED}")
endif()
